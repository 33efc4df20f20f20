/** Starts the processes that actors live in, one kept ready in advance where that was asked for. */

import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { announcementsFd, type FromActor } from './messages.ts'
import { forgetChild, guardChild } from './reaper.ts'

const entry = fileURLToPath(new URL('./actor-child.js', import.meta.url))

let spare: ChildProcess | undefined

/** Forks the process of the next actor in advance, unless one is waiting. */
export function prepareActorProcess(): void {
  if (spare !== undefined) return
  const child = forkActor(['spare'])
  spare = child
  setReferenced(child, false)
  child.once('exit', () => {
    if (spare === child) spare = undefined
  })
}

/** The spare, or a new process; one that cannot be started has no pid and emits `error`. */
export function takeActorProcess(): ChildProcess {
  const child = spare
  spare = undefined
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
    // Flags of the parent (a debugger's port, a test runner's loader) are not the subject's.
    execArgv: [],
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
