/** The log of one replica: batches in the order of their offsets, read from any of them, shortened at both ends. */
import type { BatchHeader } from '../wire/record-batch.ts'
import type { Disk } from './log/disk.ts'
import { FileHome } from './log/file-home.ts'
import { MemoryHome } from './log/memory-segment.ts'
import { SegmentedLog } from './log/segmented-log.ts'
import type { LogSettings } from './log/settings.ts'
import { TopicConfig } from './topic-config.ts'

export interface Position {
  readonly offset: number
  readonly timestamp: number
}

export interface ReadRequest {
  readonly offset: number
  readonly endOffset: number
  readonly bytesMax: number
  readonly evenOne: boolean
}

export interface Retention {
  readonly nowMs: number
  /** Nothing at it or behind it is deleted. */
  readonly highWatermark: number
}

/** What a cleaning has to know besides the log. */
export interface Cleaning {
  readonly nowMs: number
  /** Up to here no transaction is open. */
  readonly lastStableOffset: number
  /** Cleans whatever can be, however little of it is dirty. */
  readonly isForced: boolean
  /** Whether the last sequence of a producer must still be known. */
  isActiveProducer(producerId: number): boolean
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
   * @throws Error in one sentence, if what is on the disk is damaged
   */
  read(request: ReadRequest): Buffer[]
  /** All batches from the one that holds `offset` on, for whoever goes through them. */
  walk(offset: number, endOffset?: number): Iterable<Buffer>
  /** The first record at `timestamp` or later. A compressed batch that can't be looked into answers with its first. */
  findTime(timestamp: number): Position | undefined
  /** The record with the latest time. */
  findLatestTime(): Position | undefined
  /** Forgets what lies before `offset`; memory is given back batch by batch, files as a whole. */
  deleteBefore(offset: number): void
  /** Forgets `offset` and what lies behind it; a batch goes when any of it does. */
  truncate(offset: number): void
  /** Begins a new segment: only what lies before it can be deleted or compacted. */
  roll(): void
  /** Deletes the first segments as cleanup.policy=delete says; gives how many. */
  applyRetention(retention: Retention): number
  /** Whether cleanup.policy says so. */
  readonly isCompacted: boolean
  /** Compacts step by step, between which anything may happen to the log; undefined if there is nothing to do. */
  cleaning(cleaning: Cleaning): Generator<void> | undefined
  /** Has what follows from the log kept beside it now and then, so that it need not all be gone through at a start. */
  keepBeside(take: () => Buffer): void
  /** What was kept last, and the offset up to which it is true. */
  kept(): { readonly offset: number; readonly bytes: Buffer } | undefined
  /** Ends it as a clean stop does. */
  close(): void
  /** Takes it away for good. */
  remove(): void
}

const defaults = new TopicConfig([]).log

/** A log that is gone with the process. */
export class MemoryRecordLog extends SegmentedLog implements RecordLog {
  constructor(settings: () => LogSettings = () => defaults) {
    super(new MemoryHome(), settings)
  }
}

/** A log in a folder, which is made if it is not there. What is appended is kept when its disk commits. */
export class SegmentRecordLog extends SegmentedLog implements RecordLog {
  /** @throws Error in one sentence, if what is there is damaged */
  constructor(options: {
    readonly disk: Disk
    readonly folder: string
    readonly settings?: () => LogSettings
  }) {
    const { disk, folder, settings = () => defaults } = options
    super(new FileHome(disk, folder, settings), settings)
  }
}
