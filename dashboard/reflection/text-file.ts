/** The learner's text between a file and a form: changed by nobody else meanwhile, and with the line ends that it had. */
import { createHash } from 'node:crypto'

/** Names a state of the text. Line ends don't count: a form has its own. */
export function stampOf(text: string): string {
  return createHash('sha256').update(plain(text)).digest('hex').slice(0, 24)
}

/** What was written in a form, with the line ends of the file that it came from. */
export function asInFile(written: string, before: string): string {
  const lines = plain(written)
  return before.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines
}

function plain(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n')
}
