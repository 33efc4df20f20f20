/**
 * Reading and writing big-endian bytes with a cursor: what both wire protocols are made of.
 * A reader never runs past its end: it throws `TruncatedError`, which says where.
 */

/** Thrown when fewer bytes are left than a value needs. `at` is the offset in the reader's buffer. */
export class TruncatedError extends Error {
  readonly at: number
  readonly needed: number
  readonly left: number

  constructor(at: number, needed: number, left: number) {
    super(`needs ${needed} bytes at byte ${at}, ${left} left`)
    this.name = 'TruncatedError'
    this.at = at
    this.needed = needed
    this.left = left
  }
}

const TWO_TO_32 = 0x1_0000_0000

/** A cursor over `buffer` from `position` up to `end`. Slices it hands out share the buffer's memory. */
export class ByteReader {
  readonly buffer: Buffer
  position: number
  end: number

  constructor(buffer: Buffer, position = 0, end = buffer.length) {
    this.buffer = buffer
    this.position = position
    this.end = end
  }

  get left(): number {
    return this.end - this.position
  }

  /** Moves on by `count` bytes and gives the offset at which they start. */
  skip(count: number): number {
    const at = this.position
    if (count > this.end - at) throw new TruncatedError(at, count, this.end - at)
    this.position = at + count
    return at
  }

  uint8(): number {
    const at = this.skip(1)
    return this.buffer[at] as number
  }

  uint16(): number {
    const at = this.skip(2)
    return this.buffer.readUInt16BE(at)
  }

  uint32(): number {
    const at = this.skip(4)
    return this.buffer.readUInt32BE(at)
  }

  /** An unsigned 64-bit value as a number; above 2^53 the nearest number, see `int64` for the exact form. */
  uint64(): number {
    const at = this.skip(8)
    return this.buffer.readUInt32BE(at) * TWO_TO_32 + this.buffer.readUInt32BE(at + 4)
  }

  int8(): number {
    return this.buffer.readInt8(this.skip(1))
  }

  int16(): number {
    return this.buffer.readInt16BE(this.skip(2))
  }

  int32(): number {
    return this.buffer.readInt32BE(this.skip(4))
  }

  /** A signed 64-bit value: a number where it is exact, a bigint where it is not. */
  int64(): number | bigint {
    const value = this.buffer.readBigInt64BE(this.skip(8))
    return Number.isSafeInteger(Number(value)) ? Number(value) : value
  }

  float(): number {
    return this.buffer.readFloatBE(this.skip(4))
  }

  double(): number {
    return this.buffer.readDoubleBE(this.skip(8))
  }

  bytes(count: number): Buffer {
    const at = this.skip(count)
    return this.buffer.subarray(at, at + count)
  }

  utf8(count: number): string {
    const at = this.skip(count)
    return this.buffer.toString('utf8', at, at + count)
  }
}

const SLAB_BYTES = 64 * 1024

/** From so many bytes on, standing between others costs less than a copy. */
const LINKED_BYTES_MIN = 4 * 1024

/**
 * Appends to a slab that grows as needed. `take()` hands the written bytes over without a copy and goes on behind them,
 * so a slab is written once and never reused.
 */
export class ByteWriter {
  buffer: Buffer
  position = 0
  #start = 0
  readonly #mayLink: boolean
  /** Bytes that were not copied, by how many of the slab stand before them. */
  #linked: { readonly at: number; readonly bytes: Buffer }[] = []
  #linkedBytes = 0

  /** @param options.mayLink whether `link` leaves bytes where they are; they come out of `takePieces` only */
  constructor(capacity = 256, { mayLink = false }: { readonly mayLink?: boolean } = {}) {
    this.buffer = Buffer.allocUnsafeSlow(capacity)
    this.#mayLink = mayLink
  }

  /** Bytes written since the last `take()`, those that were linked among them. */
  get length(): number {
    return this.written + this.#linkedBytes
  }

  /** Bytes of the slab that were written since the last `take()`. */
  get written(): number {
    return this.position - this.#start
  }

  /** Writes over what stands in the slab `at` bytes behind the last `take()`. */
  putInt32(at: number, value: number): void {
    this.buffer.writeInt32BE(value, this.#start + at)
  }

  /** Makes room for `count` bytes, moves on behind them and gives the offset at which they start. */
  reserve(count: number): number {
    const at = this.position
    if (at + count > this.buffer.length) return this.#grow(count)
    this.position = at + count
    return at
  }

  uint8(value: number): void {
    const at = this.reserve(1)
    this.buffer[at] = value
  }

  uint16(value: number): void {
    const at = this.reserve(2)
    this.buffer[at] = value >>> 8
    this.buffer[at + 1] = value
  }

  uint32(value: number): void {
    const at = this.reserve(4)
    this.buffer.writeUInt32BE(value, at)
  }

  uint64(value: number): void {
    const at = this.reserve(8)
    this.buffer.writeUInt32BE(Math.floor(value / TWO_TO_32), at)
    this.buffer.writeUInt32BE(value % TWO_TO_32, at + 4)
  }

  int8(value: number): void {
    const at = this.reserve(1)
    this.buffer.writeInt8(value, at)
  }

  int16(value: number): void {
    const at = this.reserve(2)
    this.buffer.writeInt16BE(value, at)
  }

  int32(value: number): void {
    const at = this.reserve(4)
    this.buffer.writeInt32BE(value, at)
  }

  int64(value: number | bigint): void {
    const at = this.reserve(8)
    this.buffer.writeBigInt64BE(BigInt(value), at)
  }

  float(value: number): void {
    const at = this.reserve(4)
    this.buffer.writeFloatBE(value, at)
  }

  double(value: number): void {
    const at = this.reserve(8)
    this.buffer.writeDoubleBE(value, at)
  }

  bytes(source: Uint8Array): void {
    const at = this.reserve(source.length)
    this.buffer.set(source, at)
  }

  /** As `bytes`, without a copy where that is allowed and worth it: nobody may change them from now on. */
  link(source: Buffer): void {
    if (!this.#mayLink || source.length < LINKED_BYTES_MIN) return this.bytes(source)
    this.#linked.push({ at: this.written, bytes: source })
    this.#linkedBytes += source.length
  }

  /** Writes `text` as UTF-8 without a length; gives the number of bytes. */
  utf8(text: string): number {
    const size = Buffer.byteLength(text)
    const at = this.reserve(size)
    this.buffer.write(text, at, size, 'utf8')
    return size
  }

  /** What was written since the last call, as a slice that stays valid. */
  take(): Buffer {
    const written = this.buffer.subarray(this.#start, this.position)
    this.#start = this.position
    return written
  }

  /** As `take`, with what was linked in its place. */
  takePieces(): Buffer[] {
    const linked = this.#linked
    const written = this.take()
    if (linked.length === 0) return [written]
    this.#linked = []
    this.#linkedBytes = 0
    const pieces: Buffer[] = []
    let from = 0
    for (const { at, bytes } of linked) {
      if (at > from) pieces.push(written.subarray(from, at))
      pieces.push(bytes)
      from = at
    }
    if (from < written.length) pieces.push(written.subarray(from))
    return pieces
  }

  #grow(count: number): number {
    const kept = this.written
    const bytes = Math.max(SLAB_BYTES, (kept + count) * 2)
    const bigger = Buffer.allocUnsafeSlow(bytes)
    this.buffer.copy(bigger, 0, this.#start, this.position)
    this.buffer = bigger
    this.#start = 0
    this.position = kept + count
    return kept
  }
}
