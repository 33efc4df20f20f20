/** How a subject's process says that it has reached a point, and stands still until it may go on. */
import { readSync, writeSync } from 'node:fs'
import type { Announce } from './commits.ts'
import { announcementsFd } from './messages.ts'

const goOn = Buffer.alloc(1)
/** How long to wait before reading again, where the system made the descriptor a non-blocking one. */
const readAgainMs = 1
const never = new Int32Array(new SharedArrayBuffer(4))

/** Blocks the whole process: what a fault does here happens exactly between two statements of the subject's. */
export const announceToParent: Announce = (point) => {
  try {
    writeSync(announcementsFd, `${JSON.stringify(point)}\n`)
    readOneByte()
  } catch {
    // The parent is gone, and this process ends with its next turn of the event loop.
  }
}

function readOneByte(): void {
  for (;;) {
    try {
      readSync(announcementsFd, goOn, 0, 1, null)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(never, 0, 0, readAgainMs)
    }
  }
}
