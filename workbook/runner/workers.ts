/**
 * The processes that files of checks are played in. They are forked before vitest has been loaded, and load their half of it and the lab
 * meanwhile; told what they will play, they start its brokers.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { PoolOptions, PoolRunnerInitializer, PoolWorker } from 'vitest/node'
import { programRoot } from '../root.ts'
import { endOnInterrupt } from './interrupt.ts'
import { subjectFlags } from './run-node.ts'

/** What a worker finds in its environment; undefined is taken out. */
type Settings = Readonly<Record<string, string | undefined>>

/** What workers are told of the next run. */
export interface Told {
  readonly env: Settings
  /** Files of ours that the checks import, absolute: they are loaded already when the checks are. */
  readonly loads: readonly string[]
  /** How many files will be played at a time. */
  readonly howMany: number
}

const entry = join(programRoot, 'lab', 'kit', 'worker.js')

/** How long a process may take to end when it is asked to; then it is ended. */
const stopMsMax = 500

/** What vitest puts into the environment of its own workers, but for `NODE_ENV`: see vitest.config.ts. */
const ofVitest: Settings = { TEST: 'true', VITEST: 'true', NODE_ENV: 'development' }

/** Forked before there was anybody to take it. */
let first: ChildProcess | undefined

/** Forks the first worker of this program, while the rest of it is still to be loaded. */
export function forkFirst(): void {
  endOnInterrupt()
  first = forkWorker()
}

/** A pool as `createVitest` takes one. */
export class Workers implements PoolRunnerInitializer {
  readonly name = 'ahead'
  readonly #waiting: ChildProcess[] = []

  // Vitest may have taken it out of its object.
  readonly createPoolWorker = (options: PoolOptions): PoolWorker =>
    new AheadWorker(options, () => this.#take())

  /** Forks until so many wait. */
  forkAhead(howMany: number): void {
    while (this.#waiting.length < howMany) {
      this.#waiting.push(first ?? forkWorker())
      first = undefined
    }
  }

  tell({ env, loads, howMany }: Told): void {
    this.forkAhead(howMany)
    for (const child of this.#waiting) tellSettings(child, { ...process.env, ...ofVitest, ...env }, loads)
  }

  /** Ends those that nobody took. */
  async discard(): Promise<void> {
    await Promise.all(this.#waiting.splice(0).map(ended))
  }

  #take(): ChildProcess {
    const child = this.#waiting.shift()
    return child !== undefined && lives(child) ? child : forkWorker()
  }
}

/** One of them, as vitest wants a worker. */
class AheadWorker implements PoolWorker {
  readonly name = 'ahead'
  readonly #env: PoolOptions['env']
  readonly #take: () => ChildProcess
  #child: ChildProcess | undefined

  constructor({ env }: PoolOptions, take: () => ChildProcess) {
    this.#env = env
    this.#take = take
  }

  async start(): Promise<void> {
    this.#child ??= this.#take()
    tellSettings(this.#child, this.#env)
  }

  async stop(): Promise<void> {
    if (this.#child !== undefined) await ended(this.#child)
  }

  on(event: string, listener: (...args: unknown[]) => void): void {
    this.#child?.on(event, listener)
  }

  off(event: string, listener: (...args: unknown[]) => void): void {
    this.#child?.off(event, listener)
  }

  send(message: object): void {
    this.#child?.send(message)
  }

  deserialize(message: unknown): unknown {
    return message
  }
}

function forkWorker(): ChildProcess {
  const child = fork(entry, {
    env: { ...process.env, ...ofVitest },
    // Flags of this process are not the checks'. Room for what is young: modules are loaded with fewer collections of garbage.
    execArgv: [...subjectFlags, '--min-semi-space-size=16'],
    serialization: 'advanced',
    // Only verdicts speak.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  // vitest listens once it has it; until then one that can't be started is only one that does not live.
  child.on('error', () => {})
  return child
}

function lives({ connected, exitCode, signalCode }: ChildProcess): boolean {
  return connected && exitCode === null && signalCode === null
}

function tellSettings(child: ChildProcess, env: Settings, loads: readonly string[] = []): void {
  if (child.connected) child.send({ kind: 'settings', env, loads }, () => undefined)
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  const late = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
  child.kill()
  await gone
  clearTimeout(late)
}
