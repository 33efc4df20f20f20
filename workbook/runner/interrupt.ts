/** Ctrl-C: everything that was opened is closed, every child is ended, and the exit code says so. */
import { exitCodes } from '../exit.ts'
import { childrenGone, killChildren, trackChildren } from './children.ts'

/** How long children get to end by themselves before they are killed. */
const graceMs = 800

const closers = new Set<() => unknown>()
let isInstalled = false
let isInterrupted = false

/** Ends the program cleanly on the first SIGINT, SIGTERM or SIGHUP, and at once on the second. Safe to call twice. */
export function endOnInterrupt(): void {
  if (isInstalled) return
  isInstalled = true
  trackChildren()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  // Whatever else ends the program (a reader that went away, a defect of ours) takes the children along too.
  process.on('exit', () => killChildren('SIGKILL'))
}

/** Runs `close` when the program is interrupted. Answers how to take that back. */
export function onInterrupt(close: () => unknown): () => void {
  closers.add(close)
  return () => void closers.delete(close)
}

/** Takes away the signal listeners that a library added: it would exit before our children have. */
export function keepOwnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const listener of process.listeners(signal))
      if (listener !== interrupt) process.off(signal, listener)
  }
}

/** What a run says after an interruption is about the interruption, so nobody may go on and print or record it. */
export async function goOnUnlessInterrupted(): Promise<void> {
  if (isInterrupted) await new Promise<never>(() => {})
}

/** What Ctrl-C does; keys call it too, since a terminal in raw mode sends no signal. */
export async function interrupt(): Promise<void> {
  if (isInterrupted) return end()
  isInterrupted = true
  killChildren('SIGTERM')
  const closing = Promise.allSettled([...closers].map(async (close) => await close()))
  await Promise.race([
    closing.then(() => childrenGone(graceMs)),
    new Promise((resolve) => setTimeout(resolve, graceMs)),
  ])
  end()
}

function end(): never {
  killChildren('SIGKILL')
  process.exit(exitCodes.interrupted)
}
