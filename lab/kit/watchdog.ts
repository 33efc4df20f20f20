/**
 * Ends a subject that never yields. A blocked event loop can't time itself out, so a thread watches the main
 * thread's pulse; when it stops, the thread asks the debugger where the main thread is, says so, and kills the process.
 */
import { url as debuggerUrl } from 'node:inspector'
import { Worker } from 'node:worker_threads'
import type { Text } from '../verdict/verdict.ts'
import { notTheSubjects, repositoryRoot } from './subject-under-test.ts'

/** What the thread says when it has to: which item was judged, and whose files count as the subject's. */
export interface WatchedItem {
  readonly item: string
  readonly promise: Text
  readonly folder: string
}

/** A run that is played and judges nothing: the thread tells whoever reads its standard output. */
export interface WatchedPlay {
  readonly folder: string
}

/** How long the main thread may compute without a turn of its event loop; longer where it gets no processor (watchdog-thread.js). */
const blockedMsMax = 2000
/** How often the main thread shows that it lives, and how often the thread looks. */
const beatMs = 50
const lookMs = 100

/** One for as long as the process lives, which it does not hold up: a thread takes as long to start as a process. */
let watchdog: Worker | undefined

/** Watches from now on; a block is booked to this item. Under a debugger nothing is watched: breakpoints block too. */
export function watchItem(item: WatchedItem | WatchedPlay): void {
  if (debuggerUrl() !== undefined) return
  watchdog ??= start()
  watchdog.postMessage({ item })
}

/** Stops watching between items. */
export function stopWatching(): void {
  watchdog?.postMessage({ item: undefined })
}

function start(): Worker {
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL('./watchdog-thread.js', import.meta.url), {
    workerData: { beats, blockedMsMax, lookMs, repositoryRoot, notTheSubjects, channel: process.env.MQ_RUN },
    // A plain script that needs none of what the parent's flags load.
    execArgv: [],
  })
  thread.unref()
  thread.on('error', () => {})
  setInterval(() => Atomics.add(beats, 0, 1), beatMs).unref()
  return thread
}
