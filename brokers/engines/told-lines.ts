/** The lines that a clean-up process is told, at descriptor 3; they end with the one who tells them, even by SIGKILL. */
import { createReadStream } from 'node:fs'
import { createInterface, type Interface } from 'node:readline'

export function toldLines(): Interface {
  // Left open at the end: that it closes is how the other side knows that the work is done.
  return createInterface({ input: createReadStream('', { fd: 3, autoClose: false }) })
}
