/**
 * The lines that a clean-up process is told, at descriptor 3; they end with the one who tells them, even by SIGKILL. Says there that it
 * listens from now on (clean-up-process.ts waits for that).
 */
import { createReadStream, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

export function toldLines(): AsyncIterable<string> {
  try {
    writeSync(3, '\n')
  } catch {
    // Whoever started us is gone already, and we clear away.
  }
  return untilGone()
}

async function* untilGone(): AsyncIterable<string> {
  try {
    // Left open at the end: that it closes is how the other side knows that the work is done.
    yield* createInterface({ input: createReadStream('', { fd: 3, autoClose: false }) })
  } catch {
    // Whoever is killed before it has read that we listen leaves an error (ECONNRESET) instead of an end. It is gone all the same.
  }
}
