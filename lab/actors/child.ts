/**
 * The process of an actor, seen from inside: imports the subject, starts it, answers calls, reports its end.
 */
import { flushCompileCache, stripTypeScriptTypes } from 'node:module'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Running, Start } from '../subject/world.ts'
import { announceToParent } from './announcer.ts'
import type { FromActor, ToActor } from './messages.ts'
import { crashExitCode } from './messages.ts'
import { packError } from './remote-error.ts'
import { makeWorld } from './world.ts'

/** The real thing; `process.exit` is replaced so that the parent hears who called it. */
const exit = process.exit.bind(process)

/** How long a crash report may take on its way before the process ends anyway. */
const reportMsMax = 500

let running: (Running & Record<string, unknown>) | undefined

/** Loads what most subjects import, so that a spare has it in memory when its turn comes. */
export async function warmUp(): Promise<void> {
  await Promise.all([import('amqplib'), import('zod')])
  withoutWarnings(() => stripTypeScriptTypes('const loaded: boolean = true'))
  // The native module can wait until the parent knows that the spare is there.
  setImmediate(() => void import('better-sqlite3').catch(() => undefined))
}

/** Listens to the parent from now on, and tells it so. */
export function receive(): void {
  process.on('message', (message: ToActor) => void handlers[message.kind](message as never))
  // The parent is gone: nobody would ever stop us.
  process.on('disconnect', () => exit(0))
  process.on('uncaughtException', crash)
  process.exit = exitCalled
  if (!process.connected) exit(0)
  tell({ kind: 'ready' })
}

const handlers: {
  readonly [Kind in ToActor['kind']]: (message: Extract<ToActor, { kind: Kind }>) => Promise<void>
} = {
  preload: async ({ file }) => {
    await import(pathToFileURL(file).href).catch(() => undefined)
    flushCompileCache()
  },

  start: async ({ file, world }) => {
    const start = await importStart(file)
    if (start === undefined) return
    tell({ kind: 'imported' })
    try {
      running = (await start(makeWorld(world, { announce: announceToParent }))) as Running &
        Record<string, unknown>
    } catch (thrown) {
      return fail('start', thrown)
    }
    if (typeof running?.stop !== 'function') {
      return fail(
        'start',
        new TypeError(`start() of ${basename(file)} returned nothing with a stop() method`),
      )
    }
    tell({ kind: 'started' })
    // Only now: the subject is running, and its next start finds it compiled.
    setImmediate(flushCompileCache)
  },

  call: async ({ call, method, args }) => {
    try {
      const callee = running?.[method]
      if (typeof callee !== 'function') throw new TypeError(missingMethod(method))
      tell({ kind: 'answered', call, value: await callee.apply(running, args) })
    } catch (thrown) {
      tell({ kind: 'refused', call, error: packError(thrown) })
    }
  },

  stop: async () => {
    try {
      await running?.stop()
    } catch (thrown) {
      return end({ kind: 'stop-failed', error: packError(thrown) }, 1)
    }
    end({ kind: 'stopped' }, 0)
  },
}

async function importStart(file: string): Promise<Start | undefined> {
  let module: Record<string, unknown>
  try {
    module = await import(pathToFileURL(file).href)
  } catch (thrown) {
    await fail('import', thrown)
    return undefined
  }
  if (typeof module.start === 'function') return module.start as Start
  const found = Object.keys(module)
  const has = found.length === 0 ? 'it exports nothing' : `it exports ${found.join(', ')}`
  await fail('export', new TypeError(`${basename(file)} exports no function start(world); ${has}`))
  return undefined
}

/**
 * Tells the parent why there will be no subject, then lets Node end as it does for any script that throws:
 * its report on standard error names file and line even where the error's own stack does not (`Identifier has
 * already been declared`).
 */
async function fail(stage: 'import' | 'export' | 'start', thrown: unknown): Promise<void> {
  await told({ kind: 'failed', stage, error: packError(thrown) })
  process.off('uncaughtException', crash)
  // In case a handler of the subject's own swallows it.
  setTimeout(() => exit(1), reportMsMax)
  setImmediate(() => {
    throw thrown
  })
}

function crash(thrown: unknown): void {
  const error = packError(thrown)
  process.stderr.write(`${error.stack ?? error.message}\n`)
  end({ kind: 'crashed', error }, crashExitCode)
}

function exitCalled(code?: string | number | null): never {
  const error = packError(new Error(`the subject called process.exit(${code ?? ''})`))
  tell({ kind: 'exit-called', error })
  return exit(code ?? process.exitCode)
}

function end(message: FromActor, code: number): void {
  process.exitCode = code
  void told(message).then(() => exit(code))
}

function tell(message: FromActor): void {
  if (!process.connected) return
  // Throws at once when the value cannot be cloned; the callback takes what happens later, a parent that is
  // gone.
  process.send?.(message, undefined, undefined, () => undefined)
}

/** Resolves when the message has left, or could not leave in time. */
function told(message: FromActor): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve()
    setTimeout(resolve, reportMsMax)
    process.send?.(message, undefined, undefined, () => resolve())
  })
}

function missingMethod(method: string): string {
  const names = new Set<string>()
  for (let holder: object | null = running ?? null; holder !== null && holder !== Object.prototype; ) {
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (name !== 'constructor' && typeof running?.[name] === 'function') names.add(name)
    }
    holder = Object.getPrototypeOf(holder)
  }
  return `what start() returned has no method ${method}(); it has ${[...names].join(', ') || 'none'}`
}

function withoutWarnings(act: () => void): void {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    act()
  } finally {
    process.emitWarning = emitWarning
  }
}
