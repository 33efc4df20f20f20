/** A status that is drawn over itself on a terminal; elsewhere, such as in a file, it is a line now and then. */

const lineEveryMs = 5_000
const up = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A\u001b[J`)

export class Screen {
  readonly #out: NodeJS.WriteStream
  #drawn = 0
  #lastLine = ''
  #lastAt = Number.NEGATIVE_INFINITY

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out
  }

  /** Says something that stays, above the status. */
  say(...lines: readonly string[]): void {
    this.#out.write(up(this.#drawn))
    this.#drawn = 0
    for (const line of lines) this.#out.write(`${line}\n`)
  }

  /** Draws the status again, if anything has changed. */
  draw(lines: readonly string[]): void {
    if (!this.#out.isTTY) return this.#drawPlain(lines.join(' | '))
    // A line that wraps would be two, and the next drawing would begin in the wrong place.
    const width = (this.#out.columns ?? 80) - 1
    this.#out.write(up(this.#drawn))
    for (const line of lines) this.#out.write(`${[...line].slice(0, width).join('')}\n`)
    this.#drawn = lines.length
  }

  #drawPlain(line: string): void {
    if (line === this.#lastLine || performance.now() - this.#lastAt < lineEveryMs) return
    this.#lastLine = line
    this.#lastAt = performance.now()
    this.#out.write(`${line}\n`)
  }
}
