/**
 * An index with an entry for every few kilobytes of a segment, its keys growing, in Kafka's own format:
 *
 *     offset index   relative offset int32 | position in the file int32
 *     time index     latest time up to here int64 | relative offset int32
 *
 * An entry of the offset index is the last offset of a batch and where that batch begins. One of the time index says that
 * whatever is later than its time comes behind its offset.
 */
import { int64At, putInt64 } from '../../wire/primitives.ts'

const VALUE_BYTES = 4
const keyBytes = { offset: 4, time: 8 } as const
/** A new index has room for so many entries, as many partitions have few. */
const FIRST_ENTRIES = 16

export class SparseIndex {
  readonly #kind: 'offset' | 'time'
  readonly #entryBytes: number
  #buffer: Buffer
  #count: number

  /** @param bytes what `bytes()` gave; what is no whole entry at its end is left out */
  constructor(kind: 'offset' | 'time', bytes: Buffer = Buffer.alloc(0)) {
    this.#kind = kind
    this.#entryBytes = keyBytes[kind] + VALUE_BYTES
    this.#buffer = bytes
    this.#count = Math.floor(bytes.length / this.#entryBytes)
  }

  get count(): number {
    return this.#count
  }

  get bytes(): number {
    return this.#count * this.#entryBytes
  }

  /** Of one entry. */
  get entryBytes(): number {
    return this.#entryBytes
  }

  get lastKey(): number {
    return this.#count === 0 ? -1 : this.#keyAt(this.#count - 1)
  }

  get lastValue(): number {
    return this.#count === 0 ? 0 : this.#valueAt(this.#count - 1)
  }

  /** Does nothing for a key that is not above all others. */
  add(key: number, value: number): void {
    if (key <= this.lastKey) return
    const at = this.#count * this.#entryBytes
    if (at + this.#entryBytes > this.#buffer.length) this.#grow()
    if (this.#kind === 'time') putInt64(this.#buffer, at, key)
    else this.#buffer.writeInt32BE(key, at)
    this.#buffer.writeInt32BE(value, at + keyBytes[this.#kind])
    this.#count++
  }

  /** The value of the last entry whose key is `key` or below; 0 if there is none. */
  valueAt(key: number): number {
    const at = this.#countBelow(key + 1)
    return at === 0 ? 0 : this.#valueAt(at - 1)
  }

  /** The value of the last entry whose key is below `key`; 0 if there is none. */
  valueBefore(key: number): number {
    const at = this.#countBelow(key)
    return at === 0 ? 0 : this.#valueAt(at - 1)
  }

  /** Drops entries with a value of `value` or above: values grow as the keys do. */
  truncate(value: number): void {
    while (this.#count > 0 && this.lastValue >= value) this.#count--
  }

  clear(): void {
    this.#count = 0
  }

  /** Its entries from the one at `from` up to the one at `until`; they share its memory. */
  entries(from: number, until: number): Buffer {
    return this.#buffer.subarray(from * this.#entryBytes, Math.max(from, until) * this.#entryBytes)
  }

  #keyAt(index: number): number {
    const at = index * this.#entryBytes
    return this.#kind === 'time' ? int64At(this.#buffer, at) : this.#buffer.readInt32BE(at)
  }

  #valueAt(index: number): number {
    return this.#buffer.readInt32BE(index * this.#entryBytes + keyBytes[this.#kind])
  }

  #countBelow(key: number): number {
    let low = 0
    let high = this.#count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#keyAt(middle) < key) low = middle + 1
      else high = middle
    }
    return low
  }

  #grow(): void {
    const bytes = Math.max(FIRST_ENTRIES * this.#entryBytes, this.#buffer.length * 2)
    const bigger = Buffer.allocUnsafeSlow(bytes)
    this.#buffer.copy(bigger)
    this.#buffer = bigger
  }
}
