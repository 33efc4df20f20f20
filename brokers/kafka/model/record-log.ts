/**
 * The log of one replica: batches in the order of their offsets, read from any of them, shortened at both ends.
 * It is held in memory.
 */
import { type BatchHeader, readBatchHeader, recordsOf } from '../wire/record-batch.ts'

interface StoredBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly bytes: Buffer
}

export interface Position {
  readonly offset: number
  readonly timestamp: number
}

/** A log, wherever it is kept. It knows offsets and times, and nothing of leaders, producers or transactions. */
export interface RecordLog {
  /** The first offset that can be read. */
  readonly startOffset: number
  /** The offset that the next record gets. */
  readonly endOffset: number
  /** Of all batches that are kept. */
  readonly bytes: number
  /** Appends a batch that has its place: a base offset of `endOffset` or more. `bytes` becomes the log's own. */
  append(bytes: Buffer, header: BatchHeader): void
  /**
   * Whole batches from the one that holds `offset` on, all below `endOffset`, at most `bytesMax` together; the first
   * one even if it is bigger when `evenOne` is set, since a consumer would never get past it otherwise.
   */
  read(options: { offset: number; endOffset: number; bytesMax: number; evenOne: boolean }): Buffer[]
  /** The first record at `timestamp` or later. A compressed batch that can't be looked into answers with its first. */
  findTime(timestamp: number): Position | undefined
  /** The record with the latest time. */
  findLatestTime(): Position | undefined
  /** Forgets what lies before `offset`; a batch goes when all of it does. */
  deleteBefore(offset: number): void
  /** Forgets `offset` and what lies behind it; a batch goes when any of it does. */
  truncate(offset: number): void
}

export class MemoryRecordLog implements RecordLog {
  #startOffset = 0
  #endOffset = 0
  #bytes = 0
  readonly #batches: StoredBatch[] = []

  get startOffset(): number {
    return this.#startOffset
  }

  get endOffset(): number {
    return this.#endOffset
  }

  get bytes(): number {
    return this.#bytes
  }

  append(bytes: Buffer, header: BatchHeader): void {
    const { baseOffset, lastOffsetDelta, maxTimestamp } = header
    const lastOffset = baseOffset + lastOffsetDelta
    this.#batches.push({ baseOffset, lastOffset, maxTimestamp, bytes })
    this.#endOffset = lastOffset + 1
    this.#bytes += bytes.length
  }

  read(options: { offset: number; endOffset: number; bytesMax: number; evenOne: boolean }): Buffer[] {
    const { offset, endOffset, bytesMax, evenOne } = options
    const found: Buffer[] = []
    let left = bytesMax
    for (let at = this.#indexOf(offset); at < this.#batches.length; at++) {
      const batch = this.#batches[at] as StoredBatch
      if (batch.lastOffset >= endOffset) break
      if (batch.bytes.length > left && !(evenOne && found.length === 0)) break
      found.push(batch.bytes)
      left -= batch.bytes.length
    }
    return found
  }

  findTime(timestamp: number): Position | undefined {
    for (const batch of this.#batches) {
      if (batch.maxTimestamp < timestamp || batch.lastOffset < this.#startOffset) continue
      return firstAt(batch, timestamp, this.#startOffset)
    }
    return undefined
  }

  findLatestTime(): Position | undefined {
    let latest: StoredBatch | undefined
    for (const batch of this.#batches) {
      if (latest === undefined || batch.maxTimestamp > latest.maxTimestamp) latest = batch
    }
    return latest && firstAt(latest, latest.maxTimestamp, this.#startOffset)
  }

  deleteBefore(offset: number): void {
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    this.#endOffset = Math.max(this.#endOffset, offset)
    this.#drop(0, this.#indexOf(offset))
  }

  truncate(offset: number): void {
    if (offset >= this.#endOffset) return
    const from = this.#indexOf(offset)
    const first = this.#batches[from]
    this.#endOffset = Math.max(this.#startOffset, Math.min(offset, first?.baseOffset ?? offset))
    this.#drop(from, this.#batches.length - from)
  }

  #drop(from: number, count: number): void {
    for (const { bytes } of this.#batches.splice(from, count)) this.#bytes -= bytes.length
  }

  /** Of the batch that holds `offset`, or else of the first one behind it. */
  #indexOf(offset: number): number {
    let low = 0
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#batches[middle] as StoredBatch).lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

function firstAt(batch: StoredBatch, timestamp: number, startOffset: number): Position {
  const header = readBatchHeader(batch.bytes)
  try {
    for (const { offsetDelta, timestampDelta } of recordsOf(batch.bytes, header)) {
      const offset = batch.baseOffset + offsetDelta
      const time = header.baseTimestamp + timestampDelta
      if (time >= timestamp && offset >= startOffset) return { offset, timestamp: time }
    }
  } catch {
    // snappy, lz4 and zstd stay closed.
  }
  return { offset: Math.max(batch.baseOffset, startOffset), timestamp: batch.maxTimestamp }
}
