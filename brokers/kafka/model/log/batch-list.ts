/** Batches in memory, in the order of their offsets. */
import { int64At } from '../../wire/primitives.ts'
import { type BatchHeader, isReadable, readBatchHeader, recordsOf } from '../../wire/record-batch.ts'
import type { Position } from '../record-log.ts'
import type { Reading } from './segment.ts'

export interface StoredBatch {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly bytes: Buffer
}

/** So many dropped batches at the front are worth moving the rest. */
const DROPPED_MIN = 64

export class BatchList {
  #batches: StoredBatch[] = []
  /** Where the first one is; what lies before it has been dropped. */
  #head = 0

  get length(): number {
    return this.#batches.length - this.#head
  }

  get bytes(): number {
    let bytes = 0
    for (let at = this.#head; at < this.#batches.length; at++)
      bytes += (this.#batches[at] as StoredBatch).bytes.length
    return bytes
  }

  get first(): StoredBatch | undefined {
    return this.#batches[this.#head]
  }

  get last(): StoredBatch | undefined {
    return this.length === 0 ? undefined : this.#batches.at(-1)
  }

  push(batch: StoredBatch): void {
    this.#batches.push(batch)
  }

  all(): readonly StoredBatch[] {
    return this.#batches.slice(this.#head)
  }

  /** The first record at `timestamp` or later that is not before `startOffset`, looked for from `from` on. */
  findTime(
    timestamp: number,
    { from, startOffset }: { readonly from: number; readonly startOffset: number },
  ): Position | undefined {
    for (let at = this.#indexOf(from); at < this.#batches.length; at++) {
      const { bytes, maxTimestamp } = this.#batches[at] as StoredBatch
      if (maxTimestamp < timestamp) continue
      const found = firstAt(bytes, timestamp, startOffset)
      if (found !== undefined) return found
    }
    return undefined
  }

  lastOnes(count: number): readonly StoredBatch[] {
    return this.#batches.slice(this.#batches.length - count)
  }

  read(reading: Reading): boolean {
    for (let at = this.#indexOf(reading.offset); at < this.#batches.length; at++) {
      const { bytes, lastOffset } = this.#batches[at] as StoredBatch
      if (!mayTake(reading, bytes.length, lastOffset)) return false
      reading.found.push(bytes)
      reading.left -= bytes.length
    }
    return true
  }

  dropFirst(): StoredBatch | undefined {
    const dropped = this.first
    if (dropped === undefined) return undefined
    // The array would keep its bytes alive.
    this.#batches[this.#head] = GONE
    this.#head++
    if (this.#head >= DROPPED_MIN && this.#head * 2 > this.#batches.length) {
      this.#batches = this.#batches.slice(this.#head)
      this.#head = 0
    }
    return dropped
  }

  /** Drops every batch that reaches to `offset`; gives how many. */
  truncate(offset: number): number {
    return this.#batches.splice(this.#indexOf(offset)).length
  }

  clear(): void {
    this.#batches = []
    this.#head = 0
  }

  #indexOf(offset: number): number {
    let low = this.#head
    let high = this.#batches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#batches[middle] as StoredBatch).lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}

const GONE: StoredBatch = { baseOffset: -1, lastOffset: -1, maxTimestamp: -1, bytes: Buffer.alloc(0) }

/** Whether a reading may have a batch. */
export function mayTake(reading: Reading, bytes: number, lastOffset: number): boolean {
  if (lastOffset >= reading.endOffset) return false
  return bytes <= reading.left || (reading.evenOne && reading.found.length === 0)
}

/** Of the batch at `at`. */
export function lastOffsetAt(buffer: Buffer, at: number): number {
  return int64At(buffer, at) + buffer.readInt32BE(at + 23)
}

/**
 * The first record of a batch at `timestamp` or later that is not before `startOffset`. A batch that can't be looked into
 * answers with its first offset and its latest time.
 */
export function firstAt(bytes: Buffer, timestamp: number, startOffset: number): Position | undefined {
  const header = readBatchHeader(bytes)
  const { baseOffset, lastOffsetDelta, maxTimestamp } = header
  if (maxTimestamp < timestamp || baseOffset + lastOffsetDelta < startOffset) return undefined
  if (!isReadable(header)) return { offset: Math.max(baseOffset, startOffset), timestamp: maxTimestamp }
  for (const { offsetDelta, timestampDelta } of recordsOf(bytes, header)) {
    const offset = baseOffset + offsetDelta
    const time = isAppendTime(header) ? maxTimestamp : header.baseTimestamp + timestampDelta
    if (time >= timestamp && offset >= startOffset) return { offset, timestamp: time }
  }
  return undefined
}

const LOG_APPEND_TIME = 0b1000
const isAppendTime = ({ attributes }: BatchHeader) => (attributes & LOG_APPEND_TIME) !== 0
