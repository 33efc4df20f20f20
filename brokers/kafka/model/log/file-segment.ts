/**
 * A segment on disk, in Kafka's own format: `<base offset>.log` holds whole batches as they were on the wire, and beside it
 * lie `.index` and `.timeindex` (sparse-index.ts). Appends wait for the commit that ends the turn (disk.ts); recent batches
 * are read from memory, others from the file, which the operating system holds in its page cache.
 *
 * The indexes are written when the segment is sealed or closed, and now and then before, behind a sync of the log: so after
 * a crash only what came later is gone through.
 */
import { statSync } from 'node:fs'
import { AppendFile } from '../../../store/append-file.ts'
import { readAt } from '../../../store/open-files.ts'
import { type Refusal, refusal } from '../../refusal.ts'
import { int64At } from '../../wire/primitives.ts'
import { BATCH_HEADER_BYTES, type BatchHeader, readBatchHeader } from '../../wire/record-batch.ts'
import type { Position } from '../record-log.ts'
import { BatchList, firstAt, lastOffsetAt, mayTake } from './batch-list.ts'
import type { Disk } from './disk.ts'
import { claimedBytes, findSound, isSoundAt, SEARCHED_BYTES } from './recovery.ts'
import type { Reading, Segment } from './segment.ts'
import { type IndexCounts, SegmentIndex } from './segment-index.ts'
import type { LogSettings } from './settings.ts'

/** Read at once where batches are looked for: little at first, since an index leads close to them; and where all are checked. */
const SCAN_BYTES_MIN = 8 * 1024
const SCAN_BYTES_MAX = 256 * 1024
const CHECK_BYTES = 4 * 1024 * 1024
/** Read at once for a consumer, at most. */
const READ_BYTES_MAX = 1024 * 1024
/** So much may be written before the indexes are, or a start after a crash would take long. */
const CHECKPOINT_BYTES = 16 * 1024 * 1024

/** Where a batch lies in the file, and how long it is. */
interface Place {
  readonly at: number
  readonly bytes: number
}

export interface FileSegmentOptions {
  readonly disk: Disk
  /** Without the ending. */
  readonly path: string
  readonly baseOffset: number
  readonly settings: () => LogSettings
  /** Called when what follows from the log should be kept, too. */
  readonly onCheckpoint: () => void
}

export class FileSegment implements Segment {
  readonly baseOffset: number
  readonly #disk: Disk
  readonly #settings: () => LogSettings
  readonly #onCheckpoint: () => void
  #path: string
  #file: AppendFile
  #endOffset: number
  /** Of all batches, those that wait to be written included. */
  #bytes = 0
  #maxTimestamp = -1
  #maxTimestampOffset: number
  #firstTimestamp = -1
  readonly #index: SegmentIndex
  #bytesSinceIndexed = 0
  #checkpointedBytes = 0
  #unsyncedRecords = 0
  #isSealed = false
  /** The latest batches, without a gap up to the end. */
  readonly #recent = new BatchList()
  /** How many of them wait to be written. */
  #unwritten = 0

  private constructor(options: FileSegmentOptions, fileBytes: number) {
    const { disk, path, baseOffset, settings, onCheckpoint } = options
    this.#disk = disk
    this.#path = path
    this.baseOffset = baseOffset
    this.#settings = settings
    this.#onCheckpoint = onCheckpoint
    this.#endOffset = baseOffset
    this.#maxTimestampOffset = baseOffset
    this.#file = this.#openFile(fileBytes)
    this.#index = new SegmentIndex(path, disk.files, disk.indexes)
  }

  static create(options: FileSegmentOptions): FileSegment {
    options.disk.files.create(`${options.path}.log`)
    return new FileSegment(options, 0)
  }

  /**
   * What is there at a start. Behind the end of its index every batch is checked; in the last segment of a log, what a crash
   * has left of a batch is cut off.
   * @throws Error in one sentence, if it is damaged
   */
  static open(options: FileSegmentOptions, { isLast }: { readonly isLast: boolean }): FileSegment {
    const segment = new FileSegment(options, statSync(`${options.path}.log`).size)
    segment.#recover(isLast)
    return segment
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

  get isIndexFull(): boolean {
    return this.#index.offsets.bytes >= this.#settings().segmentIndexBytes
  }

  /** Whether any of its batches are in memory. */
  get hasRecent(): boolean {
    return this.#recent.length > 0
  }

  get path(): string {
    return this.#path
  }

  append(bytes: Buffer, header: BatchHeader): void {
    const { baseOffset, lastOffsetDelta, maxTimestamp } = header
    this.#note(header)
    this.#recent.push({ baseOffset, lastOffset: baseOffset + lastOffsetDelta, maxTimestamp, bytes })
    this.#unwritten++
    this.#unsyncedRecords += header.count
    this.#disk.appended(this, bytes.length)
  }

  /** Hands everything that waits to the operating system, and to the disk if the policy says so. */
  commit(): void {
    this.write()
    if (
      this.#disk.isSynced
        ? this.#unsyncedRecords > 0
        : this.#unsyncedRecords >= this.#settings().flushMessages
    ) {
      this.#file.sync()
      this.#unsyncedRecords = 0
    }
  }

  write(): void {
    if (this.#unwritten === 0) return
    const waiting = this.#recent.lastOnes(this.#unwritten)
    try {
      this.#file.write(waiting.map(({ bytes }) => bytes))
    } catch (cause) {
      throw new Error(`could not write to ${this.#file.path}: ${(cause as Error).message}`, { cause })
    }
    this.#unwritten = 0
    if (this.#bytes - this.#checkpointedBytes >= CHECKPOINT_BYTES && !this.#isSealed) {
      this.#checkpointedBytes = this.#bytes
      this.#disk.keepIndexLater(this)
      this.#onCheckpoint()
    }
  }

  get indexCounts(): IndexCounts {
    return this.#index.counts
  }

  /** The log is on the disk as far as these entries point, so they may be kept. */
  keepIndex(counts: IndexCounts): void {
    if (!this.#isSealed && counts.offsets <= this.#index.counts.offsets) this.#index.save(counts)
  }

  /** Gives back the memory of its oldest recent batch; gives how much. */
  forgetOldest(): number {
    if (this.#recent.length === this.#unwritten) this.write()
    return this.#recent.dropFirst()?.bytes.length ?? 0
  }

  read(reading: Reading): boolean {
    const recentOffset = this.#recent.first?.baseOffset ?? this.#endOffset
    if (reading.offset < recentOffset && !this.#readFile(reading, recentOffset)) return false
    return this.#recent.read(reading)
  }

  findTime(timestamp: number, startOffset: number): Position | undefined {
    if (this.#maxTimestamp < timestamp) return undefined
    const { offsets, times } = this.#index
    const relativeOffset = Math.max(times.valueBefore(timestamp), startOffset - this.baseOffset)
    const recentOffset = this.#recent.first?.baseOffset ?? this.#endOffset
    if (this.baseOffset + relativeOffset >= recentOffset)
      return this.#recent.findTime(timestamp, { from: this.baseOffset + relativeOffset, startOffset })
    this.write()
    for (const { at, bytes, maxTimestamp } of this.#scan(offsets.valueAt(relativeOffset))) {
      if (maxTimestamp < timestamp) continue
      const found = firstAt(this.#bytesAt({ at, bytes }), timestamp, startOffset)
      if (found !== undefined) return found
    }
    return undefined
  }

  truncate(offset: number): void {
    this.write()
    let position = this.#file.bytes
    for (const { at, lastOffset } of this.#scan(this.#positionOf(offset))) {
      if (lastOffset < offset) continue
      position = at
      break
    }
    this.#isSealed = false
    this.#forgetRecent()
    this.#file.cut(position)
    this.#index.truncate(position, offset - this.baseOffset)
    this.#checkpointedBytes = Math.min(this.#checkpointedBytes, position)
    this.#recount()
  }

  // What is in a file is given back when the whole file is.
  deleteBefore(): void {}

  seal(): void {
    this.write()
    // So that after a crash of the computer, too, only the last segment can have lost something.
    this.#file.sync()
    this.#file.finish()
    this.#noteTime()
    this.#index.retire()
    this.#isSealed = true
    this.#unsyncedRecords = 0
    this.#onCheckpoint()
  }

  /** Ends it as a clean stop does: the next start has nothing to look for. */
  close(): void {
    if (this.#isSealed) return
    this.write()
    this.#file.finish()
    this.#noteTime()
    this.#index.save()
  }

  remove(): void {
    this.abandon()
    this.#disk.remove(this.#path, this.#settings().fileDeleteDelayMs)
  }

  /** Forgets what was not written: the file is going to be removed. */
  abandon(): void {
    this.#unwritten = 0
    this.#unsyncedRecords = 0
    this.#isSealed = true
    this.#forgetRecent()
    this.#index.unload()
    this.#disk.files.forget(this.#file.path)
  }

  /** The disk counts what is in memory. */
  #forgetRecent(): void {
    const { bytes, length } = this.#recent
    this.#recent.clear()
    this.#disk.forgot({ bytes, length })
  }

  /** Its files have another name now. */
  renamed(path: string): void {
    this.#path = path
    this.#file = this.#openFile(this.#file.bytes)
    this.#index.renamed(path)
  }

  #openFile(bytes: number): AppendFile {
    const { files, isSynced } = this.#disk
    return new AppendFile(files, `${this.#path}.log`, { bytes, isSynced })
  }

  /** What every batch changes when it comes in, and again when it is found at a start. */
  #note({ baseOffset, lastOffsetDelta, maxTimestamp, bytes }: BatchHeader): void {
    const lastOffset = baseOffset + lastOffsetDelta
    if (this.#firstTimestamp === -1) this.#firstTimestamp = maxTimestamp
    if (maxTimestamp > this.#maxTimestamp) {
      this.#maxTimestamp = maxTimestamp
      this.#maxTimestampOffset = lastOffset
    }
    if (this.#bytesSinceIndexed > this.#settings().indexIntervalBytes) {
      this.#index.offsets.add(lastOffset - this.baseOffset, this.#bytes)
      this.#noteTime()
      this.#bytesSinceIndexed = 0
    }
    this.#bytesSinceIndexed += bytes
    this.#bytes += bytes
    this.#endOffset = lastOffset + 1
  }

  #noteTime(): void {
    if (this.#maxTimestamp >= 0)
      this.#index.times.add(this.#maxTimestamp, this.#maxTimestampOffset - this.baseOffset)
  }

  #positionOf(offset: number): number {
    return this.#index.offsets.valueAt(Math.max(0, offset - this.baseOffset))
  }

  /** Reads from the file up to `until`, where what is in memory begins. */
  #readFile(reading: Reading, until: number): boolean {
    const end = this.#file.bytes
    const windowBytes = Math.min(reading.left + this.#settings().indexIntervalBytes, READ_BYTES_MAX)
    let window: Buffer = Buffer.alloc(0)
    let at = this.#positionOf(reading.offset)
    let from = at
    const read = (bytes: number) => {
      window = this.#bytesAt({ at, bytes: Math.min(end - at, Math.max(windowBytes, bytes)) })
      from = at
    }
    while (at < end) {
      if (at + BATCH_HEADER_BYTES > from + window.length) read(BATCH_HEADER_BYTES)
      const bytes = claimedBytes(window, at - from)
      if (bytes === undefined || at + bytes > end) throw this.#damaged(at)
      const lastOffset = lastOffsetAt(window, at - from)
      if (lastOffset >= reading.offset) {
        if (lastOffset >= until) return true
        if (!mayTake(reading, bytes, lastOffset)) return false
        if (at + bytes > from + window.length) read(bytes)
        reading.found.push(window.subarray(at - from, at - from + bytes))
        reading.left -= bytes
      }
      at += bytes
    }
    return true
  }

  /** The batches of the file from `position` on, by their headers. */
  *#scan(position: number): Generator<BatchHeader & Place & { readonly lastOffset: number }> {
    const end = this.#file.bytes
    let window: Buffer = Buffer.alloc(0)
    let from = position
    let windowBytes = SCAN_BYTES_MIN
    for (let at = position; at < end; ) {
      if (at + BATCH_HEADER_BYTES > from + window.length) {
        window = this.#bytesAt({ at, bytes: Math.min(end - at, windowBytes) })
        from = at
        windowBytes = Math.min(windowBytes * 2, SCAN_BYTES_MAX)
      }
      if (claimedBytes(window, at - from) === undefined) throw this.#damaged(at)
      const header = readBatchHeader(window, at - from)
      yield { ...header, at, lastOffset: header.baseOffset + header.lastOffsetDelta }
      at += header.bytes
    }
  }

  #bytesAt({ at, bytes }: Place): Buffer {
    return readAt(this.#disk.files.descriptor(this.#file.path), at, bytes)
  }

  /** Counts anew what lies behind the last entry of the index. */
  #recount(): void {
    this.#startFromIndex()
    for (const header of this.#scan(this.#bytes)) this.#note(header)
  }

  #startFromIndex(): void {
    const { offsets, times } = this.#index
    this.#bytes = offsets.lastValue
    this.#bytesSinceIndexed = 0
    this.#endOffset = this.baseOffset
    this.#maxTimestamp = times.lastKey
    this.#maxTimestampOffset = this.baseOffset + times.lastValue
    this.#firstTimestamp =
      this.#file.bytes < BATCH_HEADER_BYTES
        ? -1
        : int64At(this.#bytesAt({ at: 0, bytes: BATCH_HEADER_BYTES }), 35)
  }

  /** Behind its index every batch is checked, since nothing says that it is whole. */
  #recover(isLast: boolean): void {
    if (!this.#isIndexTrue()) this.#index.clear()
    this.#startFromIndex()
    this.#checkpointedBytes = this.#bytes
    for (const batch of this.#soundBatches(this.#bytes)) this.#note(readBatchHeader(batch))
    if (this.#bytes < this.#file.bytes) this.#cutTail(isLast)
    if (isLast) return
    this.#noteTime()
    this.#index.retire()
    this.#isSealed = true
  }

  #isIndexTrue(): boolean {
    const { count, lastKey, lastValue: at } = this.#index.offsets
    if (count === 0) return true
    if (at + BATCH_HEADER_BYTES > this.#file.bytes) return false
    const window = this.#bytesAt({ at, bytes: BATCH_HEADER_BYTES })
    return claimedBytes(window, 0) !== undefined && lastOffsetAt(window, 0) === this.baseOffset + lastKey
  }

  /** Whole batches with true checksums from `position` on, as far as there are any. */
  *#soundBatches(position: number): Generator<Buffer> {
    const end = this.#file.bytes
    let window: Buffer = Buffer.alloc(0)
    let from = position
    for (let at = position; ; ) {
      let bytes = claimedBytes(window, at - from)
      if (bytes === undefined || at + bytes > from + window.length) {
        window = this.#bytesAt({ at, bytes: Math.min(end - at, Math.max(CHECK_BYTES, bytes ?? 0)) })
        from = at
        bytes = claimedBytes(window, 0)
        if (bytes !== undefined && bytes > window.length && at + bytes <= end)
          window = this.#bytesAt({ at, bytes })
      }
      if (bytes === undefined || !isSoundAt(window, at - from)) return
      yield window.subarray(at - from, at - from + bytes)
      at += bytes
    }
  }

  /** What a crash left of the last batches was never acknowledged. Damage has sound batches behind it. */
  #cutTail(isLast: boolean): void {
    const [at, end] = [this.#bytes, this.#file.bytes]
    const rest = this.#bytesAt({ at, bytes: Math.min(end - at, SEARCHED_BYTES) })
    if (!isLast || findSound(rest, this.#endOffset) !== undefined) throw this.#damaged(at)
    this.#file.cut(at)
  }

  #damaged(at: number): Refusal {
    return refusal(
      'kafkaStorageError',
      `${this.#file.path} is damaged at byte ${at}: put back a copy of the folder, or empty it to start anew`,
    )
  }
}
