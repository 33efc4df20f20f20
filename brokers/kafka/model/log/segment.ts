/** A part of a log: the batches from its base offset to where the next part begins. */
import type { BatchHeader } from '../../wire/record-batch.ts'
import type { Position } from '../record-log.ts'

/** A read on its way through the segments. */
export interface Reading {
  readonly offset: number
  /** Batches that reach to it or beyond are not read. */
  readonly endOffset: number
  /** How many more bytes may be found. */
  left: number
  readonly evenOne: boolean
  readonly found: Buffer[]
}

export interface Segment {
  readonly baseOffset: number
  /** Behind its last batch; the base offset while it is empty. */
  readonly endOffset: number
  readonly bytes: number
  /** Of all its records; -1 while it is empty. */
  readonly maxTimestamp: number
  /** Of its first batch, from which segment.ms counts; -1 while it is empty. */
  readonly firstTimestamp: number
  /** Whether its index has room for more. */
  readonly isIndexFull: boolean
  append(bytes: Buffer, header: BatchHeader): void
  /** Adds what it has to a reading; true if it came to the segment's end without meeting a limit. */
  read(reading: Reading): boolean
  /** The first record at `timestamp` or later that is not before `startOffset`. */
  findTime(timestamp: number, startOffset: number): Position | undefined
  /** Drops every batch that reaches to `offset`. */
  truncate(offset: number): void
  /** Gives back what can be given back of batches that lie before `offset`. */
  deleteBefore(offset: number): void
  /** Nothing more is going to be appended. */
  seal(): void
  /** Takes it away for good. */
  remove(): void
}

/** What outlives a restart besides the batches. */
export interface LogCheckpoint {
  readonly startOffset: number
  /** The part before it has been compacted. */
  readonly cleanedTo: number
}

/** Where the segments of one log are kept. */
export interface SegmentHome {
  readonly checkpoint: LogCheckpoint
  /** What is there at a start, in order. */
  open(): Segment[]
  create(baseOffset: number): Segment
  keep(checkpoint: LogCheckpoint): void
  /** A segment beside the log, to be written and then to be put in the place of others. */
  draft(baseOffset: number): Segment
  /** Puts a draft in the place of `old`, so that after a crash either is there. */
  swap(draft: Segment, old: readonly Segment[]): void
  /** Called when it is time to keep what follows from the log. */
  onCheckpoint: () => void
  /** Keeps what follows from the log up to `offset` beside it. */
  keepSnapshot(offset: number, bytes: Buffer): void
  /** The newest one of `offset` or before. */
  snapshot(offset: number): { readonly offset: number; readonly bytes: Buffer } | undefined
  /** Ends the log as a clean stop does. */
  close(segments: readonly Segment[]): void
  /** Takes the log away for good. */
  remove(segments: readonly Segment[]): void
}
