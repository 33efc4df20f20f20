/** The terminal as the watching commands use it: a frame drawn in place, a line below it, and single keys. */
import { emitKeypressEvents } from 'node:readline'
import { columns } from '../terminal.ts'

/** What a session needs of a terminal; tests put their own in its place. */
export interface Console {
  /** Draws a whole frame over the last one. */
  draw(lines: readonly string[]): void
  /** Prints lines that stay, above the foot line. */
  append(lines: readonly string[]): void
  /** Sets the line at the bottom. */
  foot(line: string): void
  /** One listener; it gets names such as `h`, `space`, `right`, `return`, `ctrl-c`. */
  onKey(listener: (key: string) => void): void
  /** Puts the terminal back as it was. Safe to call twice. */
  close(): void
}

interface Key {
  readonly name?: string
  readonly ctrl?: boolean
}

/** Takes over stdin and stdout. */
export function openConsole(): Console {
  const { stdin, stdout } = process
  let footLine = ''
  let isClosed = false
  let onKey = (_key: string) => {}

  emitKeypressEvents(stdin)
  stdin.setRawMode?.(true)
  stdin.resume()
  const hear = (typed: string | undefined, key: Key) => {
    const name = key.name ?? typed ?? ''
    onKey(key.ctrl ? `ctrl-${name}` : name)
  }
  stdin.on('keypress', hear)
  const close = () => {
    if (isClosed) return
    isClosed = true
    stdin.off('keypress', hear)
    stdin.setRawMode?.(false)
    stdin.pause()
    process.off('exit', close)
    if (footLine !== '') stdout.write('\n')
  }
  // Whatever ends the program, the shell gets its terminal back.
  process.on('exit', close)

  let hasDrawn = false
  return {
    draw(lines) {
      // What stood on the screen before is pushed up once, not wiped: it belongs to the learner.
      const start = hasDrawn ? '' : '\n'.repeat(stdout.rows || 24)
      hasDrawn = true
      footLine = ''
      stdout.write(`${start}\x1b[H\x1b[J${lines.join('\n')}\n`)
    },
    append(lines) {
      stdout.write(`${footLine === '' ? '' : '\r\x1b[K'}${lines.join('\n')}\n${footLine}`)
    },
    foot(line) {
      const isShown = footLine !== ''
      footLine = line
      stdout.write(`${isShown ? '\r\x1b[K' : ''}${line}`)
    },
    onKey(listener) {
      onKey = listener
    },
    close,
  }
}

/** The keys that work now, on one line where they fit: `h hint   l live   q quit`. */
export function keyLine(
  keys: readonly (readonly [key: string, word: string])[],
  paintKey: (key: string) => string,
): string {
  const plain = keys.map(([key, word]) => `${key} ${word}`).join('   ')
  if (plain.length <= columns()) return keys.map(([key, word]) => `${paintKey(key)} ${word}`).join('   ')
  return keys.map(([key, word]) => `${paintKey(key)} ${word}`).join(' ')
}
