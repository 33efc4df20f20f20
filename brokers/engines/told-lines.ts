/**
 * The lines that a clean-up process is told, at descriptor 3; they end with the one who tells them, even by SIGKILL. Says there that it
 * listens from now on (clean-up-process.ts waits for that).
 */
import { createReadStream, writeSync } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'

export function toldLines(): Interface {
  try {
    writeSync(3, '\n')
  } catch {
    // Whoever started us is gone already, and we clear away.
  }
  // Left open at the end: that it closes is how the other side knows that the work is done.
  return createInterface({ input: createReadStream('', { fd: 3, autoClose: false }) })
}
