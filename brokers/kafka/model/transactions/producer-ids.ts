/** Producer ids, each given out once: in blocks, so that what is kept is not written for each of them (KIP-730). */

const BLOCK = 1000

export class ProducerIds {
  #next: number
  #blockEnd: number
  readonly #onBlock: (blockEnd: number) => void

  /** `from` is what `onBlock` was last called with: every id from there on is free. */
  constructor(from: number, onBlock: (blockEnd: number) => void) {
    this.#next = from
    this.#blockEnd = from
    this.#onBlock = onBlock
  }

  /** Every id from here on is free, whatever happens. */
  get blockEnd(): number {
    return this.#blockEnd
  }

  next(): number {
    if (this.#next === this.#blockEnd) {
      this.#blockEnd += BLOCK
      this.#onBlock(this.#blockEnd)
    }
    return this.#next++
  }
}
