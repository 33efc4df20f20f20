/**
 * A log made of segments, as Kafka's is: the last one is written to, a new one is begun when it is full or old, and the first
 * ones go as a whole when retention says so. Where the segments are is up to their home.
 */
import type { BatchHeader } from '../../wire/record-batch.ts'
import type { Cleaning, Position, ReadRequest, Retention } from '../record-log.ts'
import { firstAt, lastOffsetAt } from './batch-list.ts'
import { cleanableRange, cleanLog } from './cleaner.ts'
import type { Reading, Segment, SegmentHome } from './segment.ts'
import type { LogSettings } from './settings.ts'

/** Offsets of a segment's indexes are counted from its base offset in 32 bits. */
const RELATIVE_OFFSET_MAX = 0x7fff_ffff
/** How much is read at once by whoever goes through the whole log. */
const WALK_BYTES = 256 * 1024

export class SegmentedLog {
  readonly #home: SegmentHome
  readonly #settings: () => LogSettings
  /** In order; there is always one. */
  #segments: Segment[]
  #startOffset: number
  #endOffset: number
  #cleanedTo: number
  /** Counts what a cleaning under way must not miss: that segments went away under it. */
  #shortened = 0

  constructor(home: SegmentHome, settings: () => LogSettings) {
    this.#home = home
    this.#settings = settings
    const { startOffset, cleanedTo } = home.checkpoint
    const segments = home.open()
    this.#segments = segments.length > 0 ? segments : [home.create(startOffset)]
    this.#startOffset = Math.max(startOffset, this.#segments[0]?.baseOffset ?? 0)
    this.#endOffset = Math.max(this.#active.endOffset, this.#startOffset)
    this.#cleanedTo = Math.min(Math.max(cleanedTo, this.#startOffset), this.#active.baseOffset)
  }

  get startOffset(): number {
    return this.#startOffset
  }

  get endOffset(): number {
    return this.#endOffset
  }

  get bytes(): number {
    let bytes = 0
    for (const segment of this.#segments) bytes += segment.bytes
    return bytes
  }

  get segments(): readonly Segment[] {
    return this.#segments
  }

  get cleanedTo(): number {
    return this.#cleanedTo
  }

  get #active(): Segment {
    return this.#segments.at(-1) as Segment
  }

  append(bytes: Buffer, header: BatchHeader): void {
    const lastOffset = header.baseOffset + header.lastOffsetDelta
    if (this.#mustRoll(bytes.length, header.maxTimestamp, lastOffset)) this.roll()
    this.#active.append(bytes, header)
    this.#endOffset = lastOffset + 1
  }

  read({ offset, endOffset, bytesMax, evenOne }: ReadRequest): Buffer[] {
    const reading: Reading = { offset, endOffset, left: bytesMax, evenOne, found: [] }
    for (let at = this.#indexOf(offset); at < this.#segments.length; at++) {
      if (!(this.#segments[at] as Segment).read(reading)) break
    }
    return reading.found
  }

  *walk(from: number, endOffset = this.#endOffset): Generator<Buffer> {
    for (let offset = from; offset < endOffset; ) {
      const batches = this.read({ offset, endOffset, bytesMax: WALK_BYTES, evenOne: true })
      if (batches.length === 0) return
      for (const batch of batches) {
        yield batch
        offset = lastOffsetAt(batch, 0) + 1
      }
    }
  }

  findTime(timestamp: number): Position | undefined {
    for (let at = this.#indexOf(this.#startOffset); at < this.#segments.length; at++) {
      const segment = this.#segments[at] as Segment
      if (segment.maxTimestamp < timestamp) continue
      const found = segment.findTime(timestamp, this.#startOffset)
      if (found !== undefined) return found
    }
    return undefined
  }

  findLatestTime(): Position | undefined {
    let latest: Position | undefined
    for (const { maxTimestamp, baseOffset } of this.#segments) {
      if (maxTimestamp === -1 || maxTimestamp <= (latest?.timestamp ?? -1)) continue
      // A segment may begin before the log does, and then its latest time may be of a record that is gone.
      const found =
        baseOffset >= this.#startOffset ? this.findTimeFrom(baseOffset, maxTimestamp) : this.#latestOfFirst()
      if (found !== undefined && found.timestamp > (latest?.timestamp ?? -1)) latest = found
    }
    return latest
  }

  deleteBefore(offset: number): void {
    if (offset <= this.#startOffset) return
    this.#startOffset = offset
    if (offset >= this.#endOffset) this.#beginAnew(offset)
    else this.#dropFirst(this.#indexOf(offset))
    this.#segments[0]?.deleteBefore(offset)
    this.#keep()
  }

  truncate(offset: number): void {
    if (offset >= this.#endOffset) return
    if (offset <= this.#startOffset) return this.#beginAnew(this.#startOffset)
    this.#shortened++
    while (this.#segments.length > 1 && this.#active.baseOffset >= offset) this.#segments.pop()?.remove()
    this.#active.truncate(offset)
    this.#endOffset = Math.max(this.#startOffset, this.#active.endOffset)
    if (this.#cleanedTo > this.#endOffset) this.#cleanedTo = this.#endOffset
    this.#keep()
  }

  /** Begins a new segment, so that everything up to now may be deleted or compacted. */
  roll(): void {
    const before = this.#active
    if (before.bytes === 0 && before.baseOffset === this.#endOffset) return
    before.seal()
    this.#segments.push(this.#home.create(this.#endOffset))
  }

  applyRetention({ nowMs, highWatermark }: Retention): number {
    const { isDeleted, retentionMs, retentionBytes } = this.#settings()
    let excess = retentionBytes < 0 ? 0 : this.bytes - retentionBytes
    const isSurplus = (segment: Segment) => {
      if (excess < segment.bytes) return false
      excess -= segment.bytes
      return true
    }
    const isExpired = ({ maxTimestamp }: Segment) => retentionMs >= 0 && nowMs - maxTimestamp > retentionMs
    let count = 0
    for (; count < this.#segments.length; count++) {
      const segment = this.#segments[count] as Segment
      const nextOffset = this.#segments[count + 1]?.baseOffset
      if (segment.bytes === 0 && nextOffset === undefined) break
      if ((nextOffset ?? this.#endOffset) > highWatermark) break
      const isBeforeStart = nextOffset !== undefined && nextOffset <= this.#startOffset
      if (!isBeforeStart && !(isDeleted && (isExpired(segment) || isSurplus(segment)))) break
    }
    if (count === 0) return 0
    if (count === this.#segments.length) this.roll()
    this.#dropFirst(count)
    this.#startOffset = Math.max(this.#startOffset, this.#segments[0]?.baseOffset ?? 0)
    this.#keep()
    return count
  }

  get isCompacted(): boolean {
    return this.#settings().isCompacted
  }

  cleaning(cleaning: Cleaning): Generator<void> | undefined {
    const settings = this.#settings()
    const range = cleanableRange(this, settings, cleaning)
    return range && this.#clean(cleanLog(this, this.#home, { range, settings, cleaning }))
  }

  /** Stops where segments went away under it: what it read may be gone. */
  *#clean(steps: Generator<void>): Generator<void> {
    const shortened = this.#shortened
    for (const _ of steps) {
      yield
      if (shortened !== this.#shortened) return
    }
  }

  /** Puts what a cleaning has written in the place of what it read. */
  replace(old: readonly Segment[], draft: Segment | undefined): void {
    const at = this.#segments.indexOf(old[0] as Segment)
    if (draft === undefined) {
      for (const segment of old) segment.remove()
      this.#segments.splice(at, old.length)
      return
    }
    this.#home.swap(draft, old)
    this.#segments.splice(at, old.length, draft)
  }

  cleaned(to: number): void {
    this.#cleanedTo = to
    this.#keep()
  }

  keepBeside(take: () => Buffer): void {
    this.#home.onCheckpoint = () => this.#home.keepSnapshot(this.#endOffset, take())
  }

  kept(): { readonly offset: number; readonly bytes: Buffer } | undefined {
    return this.#home.snapshot(this.#endOffset)
  }

  close(): void {
    this.#home.onCheckpoint()
    this.#home.close(this.#segments)
  }

  remove(): void {
    this.#home.remove(this.#segments)
  }

  /** The first record at `timestamp` in the segment that begins at `baseOffset`. */
  findTimeFrom(baseOffset: number, timestamp: number): Position | undefined {
    return this.#segments[this.#indexOf(baseOffset)]?.findTime(timestamp, this.#startOffset)
  }

  #latestOfFirst(): Position | undefined {
    const endOffset = this.#segments[1]?.baseOffset ?? this.#endOffset
    let latest: Position | undefined
    for (const batch of this.walk(this.#startOffset, endOffset)) {
      let found = firstAt(batch, (latest?.timestamp ?? -1) + 1, this.#startOffset)
      while (found !== undefined) {
        latest = found
        found = firstAt(batch, latest.timestamp + 1, this.#startOffset)
      }
    }
    return latest
  }

  #mustRoll(bytes: number, maxTimestamp: number, lastOffset: number): boolean {
    const active = this.#active
    const { segmentBytes, segmentMs } = this.#settings()
    if (active.bytes + bytes > segmentBytes && active.bytes > 0) return true
    if (active.firstTimestamp >= 0 && maxTimestamp - active.firstTimestamp > segmentMs) return true
    return active.isIndexFull || lastOffset - active.baseOffset > RELATIVE_OFFSET_MAX
  }

  /** An empty log from `offset` on. */
  #beginAnew(offset: number): void {
    this.#shortened++
    const old = this.#segments
    this.#segments = []
    for (const segment of old) segment.remove()
    this.#segments.push(this.#home.create(offset))
    this.#endOffset = offset
    this.#cleanedTo = offset
    this.#keep()
  }

  #dropFirst(count: number): void {
    if (count === 0) return
    this.#shortened++
    for (const segment of this.#segments.splice(0, count)) segment.remove()
  }

  #keep(): void {
    const [startOffset, cleanedTo] = [this.#startOffset, Math.max(this.#cleanedTo, this.#startOffset)]
    this.#cleanedTo = cleanedTo
    this.#home.keep({ startOffset, cleanedTo })
  }

  /** Of the segment that holds `offset`. */
  #indexOf(offset: number): number {
    let low = 0
    let high = this.#segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#segments[middle] as Segment).baseOffset <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
}
