/** Segments in memory. */
import type { BatchHeader } from '../../wire/record-batch.ts'
import type { Position } from '../record-log.ts'
import { BatchList, type StoredBatch } from './batch-list.ts'
import type { LogCheckpoint, Reading, Segment, SegmentHome } from './segment.ts'
import { SparseIndex } from './sparse-index.ts'

/** A record's time is looked up among so many batches at most. */
const INDEX_INTERVAL_BATCHES = 16

export class MemorySegment implements Segment {
  readonly baseOffset: number
  readonly isIndexFull = false
  #endOffset: number
  #bytes = 0
  #maxTimestamp = -1
  #firstTimestamp = -1
  readonly #batches = new BatchList()
  /** Where the time grew, as in a segment on disk: all before an entry is not later than it. */
  readonly #times = new SparseIndex('time')
  #sinceIndexed = 0

  constructor(baseOffset: number) {
    this.baseOffset = baseOffset
    this.#endOffset = baseOffset
  }

  get endOffset(): number {
    return this.#endOffset
  }

  get bytes(): number {
    return this.#bytes
  }

  get maxTimestamp(): number {
    return this.#maxTimestamp
  }

  get firstTimestamp(): number {
    return this.#firstTimestamp
  }

  append(bytes: Buffer, { baseOffset, lastOffsetDelta, maxTimestamp }: BatchHeader): void {
    const lastOffset = baseOffset + lastOffsetDelta
    this.#add({ baseOffset, lastOffset, maxTimestamp, bytes })
  }

  read(reading: Reading): boolean {
    return this.#batches.read(reading)
  }

  findTime(timestamp: number, startOffset: number): Position | undefined {
    if (this.#maxTimestamp < timestamp) return undefined
    const from = this.baseOffset + this.#times.valueBefore(timestamp)
    return this.#batches.findTime(timestamp, { from: Math.max(from, startOffset), startOffset })
  }

  truncate(offset: number): void {
    const kept = this.#batches.all().filter((batch) => batch.lastOffset < offset)
    this.#batches.clear()
    this.#times.clear()
    this.#endOffset = this.baseOffset
    this.#bytes = 0
    this.#maxTimestamp = -1
    this.#firstTimestamp = -1
    for (const batch of kept) this.#add(batch)
  }

  deleteBefore(offset: number): void {
    while ((this.#batches.first?.lastOffset ?? offset) < offset) {
      this.#bytes -= this.#batches.dropFirst()?.bytes.length ?? 0
    }
  }

  seal(): void {}
  remove(): void {}

  #add(batch: StoredBatch): void {
    this.#batches.push(batch)
    this.#endOffset = batch.lastOffset + 1
    this.#bytes += batch.bytes.length
    if (this.#firstTimestamp === -1) this.#firstTimestamp = batch.maxTimestamp
    if (batch.maxTimestamp > this.#maxTimestamp) this.#maxTimestamp = batch.maxTimestamp
    if (++this.#sinceIndexed < INDEX_INTERVAL_BATCHES) return
    this.#sinceIndexed = 0
    this.#times.add(this.#maxTimestamp, batch.lastOffset - this.baseOffset)
  }
}

/** Keeps nothing beyond the process. */
export class MemoryHome implements SegmentHome {
  checkpoint: LogCheckpoint = { startOffset: 0, cleanedTo: 0 }

  open(): Segment[] {
    return []
  }

  create(baseOffset: number): Segment {
    return new MemorySegment(baseOffset)
  }

  keep(checkpoint: LogCheckpoint): void {
    this.checkpoint = checkpoint
  }

  draft(baseOffset: number): Segment {
    return new MemorySegment(baseOffset)
  }

  onCheckpoint = () => {}
  swap(): void {}
  keepSnapshot(): void {}

  snapshot(): undefined {
    return undefined
  }

  close(): void {}
  remove(): void {}
}
