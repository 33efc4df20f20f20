/**
 * Messages in the order in which they came. One in memory is an entry. Of one that lies in the store alone only its place is
 * kept, as 21 bytes in typed arrays that the garbage collector need not look through, and the entry is made again when it is
 * its turn: a million of them would take ten times the memory, and every collection would copy or mark them.
 */
import { Entry, type Pages } from './entry.ts'

/** Places that begin and end together. */
const BLOCK_PLACES = 256

class Block {
  readonly entries = new Array<Entry | undefined>(BLOCK_PLACES)
  #packed: ReturnType<typeof emptyColumns> | undefined

  pack(at: number, { position, expiresAtMs, bodyBytes, wasDelivered }: Entry): void {
    this.#packed ??= emptyColumns()
    this.#packed.positions[at] = position
    this.#packed.expiresAtMs[at] = expiresAtMs
    this.#packed.bodyBytes[at] = bodyBytes
    this.#packed.wasDelivered[at] = wasDelivered ? 1 : 0
    this.entries[at] = undefined
  }

  position(at: number): number {
    return this.entries[at]?.position ?? (this.#packed?.positions[at] as number)
  }

  entry(at: number, of: { readonly priority: number; readonly pages: Pages }): Entry {
    const entry = this.entries[at]
    if (entry !== undefined) return entry
    const packed = this.#packed as ReturnType<typeof emptyColumns>
    const again = new Entry(undefined, {
      position: packed.positions[at] as number,
      expiresAtMs: packed.expiresAtMs[at] as number,
      bodyBytes: packed.bodyBytes[at] as number,
      wasDelivered: packed.wasDelivered[at] === 1,
      priority: of.priority,
      isStored: true,
      pages: of.pages,
    })
    again.isWaiting = true
    return again
  }
}

function emptyColumns() {
  return {
    positions: new Float64Array(BLOCK_PLACES),
    expiresAtMs: new Float64Array(BLOCK_PLACES),
    bodyBytes: new Uint32Array(BLOCK_PLACES),
    wasDelivered: new Uint8Array(BLOCK_PLACES),
  }
}

export class Places {
  readonly #of: { readonly priority: number; readonly pages: Pages }
  readonly #blocks: Block[] = []
  /** Where the first place is in the first block, and where the last block ends. */
  #head = 0
  #tail = BLOCK_PLACES

  /** Of one priority; `pages` are where an entry that is made again finds its message. */
  constructor(of: { readonly priority: number; readonly pages: Pages }) {
    this.#of = of
  }

  push(entry: Entry): void {
    if (this.#tail === BLOCK_PLACES) {
      this.#blocks.push(new Block())
      this.#tail = 0
    }
    const last = this.#blocks.at(-1) as Block
    last.entries[this.#tail++] = entry
  }

  /**
   * The entry is in the store and has left memory: keeps its place alone, if it is the last one that came and there is no
   * more to it than a place. Whoever holds the entry must let go of it.
   */
  packLast(entry: Entry): void {
    const at = this.#tail - 1
    const last = this.#blocks.at(-1)
    if (last?.entries[at] === entry && entry.returns + entry.acquisitions === 0) last.pack(at, entry)
  }

  /** Of the first one; undefined if there is none. */
  firstPosition(): number | undefined {
    return this.#firstBlock()?.position(this.#head)
  }

  /** Stays the same entry until it is shifted. */
  first(): Entry | undefined {
    const block = this.#firstBlock()
    if (block === undefined) return undefined
    const entry = block.entry(this.#head, this.#of)
    block.entries[this.#head] = entry
    return entry
  }

  shift(): Entry | undefined {
    const block = this.#firstBlock()
    if (block === undefined) return undefined
    const entry = block.entry(this.#head, this.#of)
    block.entries[this.#head++] = undefined
    if (this.#head === BLOCK_PLACES) {
      this.#blocks.shift()
      this.#head = 0
    } else if (this.#head === this.#tail && this.#blocks.length === 1) {
      // A queue that is mostly empty goes on in the same block.
      this.#head = 0
      this.#tail = 0
    }
    return entry
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const [index, block] of this.#blocks.entries()) {
      const end = index === this.#blocks.length - 1 ? this.#tail : BLOCK_PLACES
      for (let at = index === 0 ? this.#head : 0; at < end; at++) yield block.entry(at, this.#of)
    }
  }

  #firstBlock(): Block | undefined {
    const isEmpty = this.#blocks.length === 1 && this.#head === this.#tail
    return isEmpty ? undefined : this.#blocks[0]
  }
}
