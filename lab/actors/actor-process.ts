/** Starts the processes that actors live in, some kept ready in advance where that was asked for. */

import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { announcementsFd, type FromActor, type ToActor } from './messages.ts'
import { forgetChild, guardChild } from './reaper.ts'

const entry = fileURLToPath(new URL('./actor-child.js', import.meta.url))

/**
 * V8 begins with half-spaces of a megabyte for what is young, and collects garbage some thirty times while a subject's modules are being
 * loaded: a fifth of what a start costs.
 */
const roomToLoad = '--min-semi-space-size=16'

/** The name of spares that any subject may live in. */
const anySubject = ''

/** By the subject's file that they have loaded. */
const spares = new Map<string, ChildProcess[]>()

/** Forks processes of the next actors in advance, until so many wait. With a file, they have loaded it too. */
export function prepareActorProcess(file: string = anySubject, howMany = 1): void {
  const waiting = spares.get(file) ?? []
  spares.set(file, waiting)
  while (waiting.length < howMany) waiting.push(forkSpare(file, waiting))
}

function forkSpare(file: string, waiting: ChildProcess[]): ChildProcess {
  const child = forkActor(file === anySubject ? ['spare'] : [])
  setReferenced(child, false)
  child.once('exit', () => {
    const at = waiting.indexOf(child)
    if (at >= 0) waiting.splice(at, 1)
  })
  if (file !== anySubject) {
    child.on('message', (message) => {
      const preload: ToActor = { kind: 'preload', file }
      if ((message as FromActor).kind === 'ready' && child.connected) child.send(preload, () => undefined)
    })
  }
  return child
}

/** Ends the spares that nobody took. Resolves when they are gone. */
export async function discardActorProcesses(): Promise<void> {
  const waiting = [...spares.values()].flatMap((some) => some.splice(0))
  await Promise.all(
    waiting.map(async (child) => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    }),
  )
}

/** A spare that has loaded this file, or one that has loaded none, or a new process. */
export function takeActorProcess(file: string): ChildProcess {
  const child = spares.get(file)?.shift() ?? spares.get(anySubject)?.shift()
  // One that cannot be started has no pid and emits `error`.
  if (child?.connected !== true || child.exitCode !== null || child.signalCode !== null) return forkActor([])
  setReferenced(child, true)
  return child
}

/** Children that said `ready` before anybody asked: the message comes once. */
const readyChildren = new WeakSet<ChildProcess>()

export function isReady(child: ChildProcess): boolean {
  return readyChildren.has(child)
}

function forkActor(args: string[]): ChildProcess {
  const child = fork(entry, args, {
    // Structured clone: bigint, Buffer, Map and Date survive.
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
    // Flags of the parent (a debugger's port, a test runner's loader) are not the subject's. The warning is one of kafkajs
    // 2.2.4, which computes time-outs that lie in the past: Node 24 prints it once a process, and nobody can act on it.
    execArgv: ['--disable-warning=TimeoutNegativeWarning', roomToLoad],
  })
  const { pid } = child
  if (pid !== undefined) {
    guardChild(pid)
    child.once('exit', () => forgetChild(pid))
  }
  child.on('message', (message) => {
    if ((message as FromActor).kind === 'ready') readyChildren.add(child)
  })
  return child
}

/** Whether this process waits for the child before it ends. */
function setReferenced(child: ChildProcess, isReferenced: boolean): void {
  const verb = isReferenced ? 'ref' : 'unref'
  child[verb]()
  child.channel?.[verb]()
  for (const stream of [child.stdout, child.stderr, child.stdio[announcementsFd]]) {
    const handle = stream as { ref?: () => void; unref?: () => void } | null
    handle?.[verb]?.()
  }
}

/**
 * How long the pipes of a process that has ended may stay open: a process of the subject's own may hold them.
 */
const drainMsMax = 1_000

/** Resolves when the process has ended, and all that it printed and told has arrived. */
export async function untilGone(child: ChildProcess, drained: Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.on('error', () => {
      if (child.pid === undefined) resolve()
    })
  })
  const disconnected = new Promise<void>((resolve) => {
    if (child.connected) child.once('disconnect', () => resolve())
    else resolve()
  })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMsMax)
  })
  await Promise.race([Promise.all([drained, disconnected]), late])
  clearTimeout(timer)
}
