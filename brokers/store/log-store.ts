/**
 * The store for records that come and go fast: a log in segments (log-entry.ts), one write per commit. Small state stays in
 * SQLite, whose lock also keeps a second broker out.
 *
 * A segment is deleted when nothing in it counts any more. Where old records hold up more dead bytes than there are live ones,
 * the oldest segment that is mostly dead is written again at the end of the log, a part with every commit.
 */

import type { Location } from './location-index.ts'
import {
  BatchWriter,
  BEFORE_KIND_BYTES,
  entryBytes,
  KIND_AMEND,
  KIND_MARK,
  KIND_RECORD,
  KIND_REMOVE,
  type LogEntry,
  readCommits,
  readEntry,
  type Span,
} from './log-entry.ts'
import { LogState, type Segment } from './log-state.ts'
import { SegmentFiles } from './segment-files.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { Durability, Store, StoredRecord } from './store.ts'

/** The log goes on in a new file when one has reached this size. */
const SEGMENT_BYTES = 32 * 1024 * 1024
/** So many segments of dead bytes are not worth the work. */
const DEAD_SEGMENTS_MIN = 2
/** A segment that is fuller than this is left as it is. */
const LIVE_SHARE_MAX = 0.5
/** One commit goes through so much of a segment that is being written again, or through twice what it writes itself. */
const REWRITTEN_BYTES = 256 * 1024

export interface LogStoreOptions {
  readonly dataDir: string
  readonly name: string
  readonly durability: Durability
  /** Smaller ones make a test see in milliseconds what otherwise takes gigabytes. */
  readonly segmentBytes?: number
  readonly rewrittenBytes?: number
}

/**
 * Opens or creates `<dataDir>/<name>.sqlite` and `<dataDir>/<name>-<number>.log`.
 * @throws Error in one sentence with what to do, if the folder can't be written, is in use, or holds a damaged log.
 */
export function openLogStore(options: LogStoreOptions): Store {
  const small = openSqliteStore(options)
  try {
    return new LogStore(options, small)
  } catch (error) {
    small.close()
    throw error
  }
}

interface Rewrite {
  readonly segment: Segment
  at: number
}

/** The log beside any store that keeps the small state. */
export class LogStore implements Store {
  readonly keepsRecords = true
  readonly #small: Store
  readonly #files: SegmentFiles
  readonly #isSynced: boolean
  readonly #segmentBytes: number
  readonly #rewrittenBytes: number
  readonly #log = new LogState()
  readonly #batch = new BatchWriter()
  #tail: Segment | undefined
  #lastNumber = 0
  /** The segment that is being written again, and how far that has come. */
  #rewrite: Rewrite | undefined
  #failure: Error | undefined

  // Changes gather here, so that a record which is gone again by the end of the turn never reaches the disk.
  readonly #appended = new Map<number, StoredRecord>()
  readonly #amended = new Map<number, Buffer>()
  readonly #marked = new Map<number, number>()
  /** Ids by the segment that holds them. */
  readonly #removed = new Map<number, number[]>()

  constructor(options: LogStoreOptions, small: Store) {
    this.#small = small
    this.#isSynced = options.durability === 'fsync'
    this.#files = new SegmentFiles(options.dataDir, options.name, { isSynced: this.#isSynced })
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES
    this.#rewrittenBytes = options.rewrittenBytes ?? REWRITTEN_BYTES
    const numbers = this.#files.numbers()
    for (const number of numbers) this.#load(number, number === numbers.at(-1))
    this.#removeDead()
  }

  put(key: string, value: Uint8Array): void {
    this.#small.put(key, value)
  }

  delete(key: string): void {
    this.#small.delete(key)
  }

  append(log: number, id: number, head: Buffer, body: Buffer): void {
    this.#appended.set(id, { id, log, head, body })
  }

  amend(id: number, head: Buffer): void {
    const record = this.#appended.get(id)
    if (record === undefined) this.#amended.set(id, head)
    else this.#appended.set(id, { ...record, head })
  }

  remove(id: number): void {
    if (this.#appended.delete(id)) return
    this.#amended.delete(id)
    const segment = this.#log.records.get(id)?.segment
    if (segment === undefined) return
    const ids = this.#removed.get(segment)
    if (ids === undefined) this.#removed.set(segment, [id])
    else ids.push(id)
  }

  mark(log: number, number: number): void {
    this.#marked.set(log, number)
  }

  commit({ isAwaited }: { readonly isAwaited: boolean }): void {
    if (this.#failure !== undefined) throw this.#failure
    this.#small.commit({ isAwaited })
    const hasRemoved = this.#removed.size > 0
    if (this.#appended.size + this.#amended.size + this.#marked.size === 0 && !hasRemoved) return
    try {
      this.#writeChanges(isAwaited && this.#isSynced)
      if (hasRemoved || this.#rewrite !== undefined) this.#tidy()
    } catch (cause) {
      // What is known of the log and what is in it may differ now: only a new start finds out.
      const file = this.#files.fileOf(this.#lastNumber)
      this.#failure = new Error(`could not write to ${file}: ${(cause as Error).message}`, { cause })
      throw this.#failure
    } finally {
      this.#appended.clear()
      this.#amended.clear()
      this.#marked.clear()
      this.#removed.clear()
    }
  }

  read(prefix: string): Map<string, Buffer> {
    return this.#small.read(prefix)
  }

  marks(): Map<number, number> {
    return new Map(this.#log.marks)
  }

  fetch(id: number): StoredRecord {
    const appended = this.#appended.get(id)
    if (appended !== undefined) return appended
    const location = this.#log.records.get(id)
    if (location === undefined) throw new Error(`there is no record ${id}`)
    const { log, body, ...entry } = this.#entryAt(location, KIND_RECORD)
    return { id, log, head: this.#amended.get(id) ?? this.#amendedHead(id) ?? entry.head, body }
  }

  *recover(): Generator<StoredRecord> {
    for (const id of this.#log.records.ids()) yield this.fetch(id)
  }

  close(): void {
    this.#files.close()
    this.#small.close()
  }

  #writeChanges(isSynced: boolean): void {
    const tail = this.#tailToWrite()
    for (const { id, log, head, body } of this.#appended.values()) this.#record(tail, id, log, head, body)
    for (const [id, head] of this.#amended) this.#amend(tail, id, head)
    for (const [holder, ids] of this.#removed) this.#remove(tail, holder, ids)
    for (const [log, number] of this.#marked) this.#mark(log, number)
    if (this.#rewrite !== undefined) this.#rewritePart(tail, this.#rewrite)
    const bytes = this.#batch.seal()
    this.#files.write(bytes)
    this.#log.grow(tail, bytes.length)
    this.#batch.clear()
    if (isSynced) this.#files.sync()
  }

  #tailToWrite(): Segment {
    if (this.#tail !== undefined && this.#tail.bytes < this.#segmentBytes) return this.#tail
    // So a segment that is not the last one is always whole on the disk.
    if (this.#isSynced) this.#files.sync()
    this.#lastNumber++
    this.#files.begin(this.#lastNumber)
    if (this.#isSynced) this.#files.syncFolder()
    this.#tail = this.#log.begin(this.#lastNumber)
    for (const [log, number] of this.#log.marks) this.#batch.mark(log, number)
    return this.#tail
  }

  #record(tail: Segment, id: number, log: number, head: Buffer, body: Buffer): void {
    this.#log.recorded(id, locate(tail, this.#batch.record(id, log, head, body)))
  }

  #amend(tail: Segment, id: number, head: Buffer): void {
    this.#log.amended(id, locate(tail, this.#batch.amend(id, head)))
  }

  #remove(tail: Segment, holder: number, ids: readonly number[]): void {
    this.#log.removed(holder, ids, locate(tail, this.#batch.remove(holder, ids)))
  }

  #mark(log: number, number: number): void {
    this.#log.marked(log, number)
    this.#batch.mark(log, number)
  }

  /** Deletes what is dead, and begins to write a segment again if too much of the log is dead. */
  #tidy(): void {
    this.#removeDead()
    if (this.#rewrite !== undefined) return this.#endRewrite(this.#rewrite)
    const { deadBytes, liveBytes } = this.#log
    if (deadBytes < liveBytes + DEAD_SEGMENTS_MIN * this.#segmentBytes) return
    // The oldest first: while it is there, whatever buries its dead must stay, too.
    for (const segment of this.#log.segments.values()) {
      if (segment === this.#tail || segment.liveBytes > segment.bytes * LIVE_SHARE_MAX) continue
      this.#rewrite = { segment, at: 0 }
      return
    }
  }

  /** A segment goes once all of it that counts is safe elsewhere. */
  #endRewrite({ segment, at }: Rewrite): void {
    if (at < segment.bytes) return
    this.#files.sync()
    this.#drop(segment)
    this.#removeDead()
  }

  /** Removals go after what they removed, so one segment's end may be another's. */
  #removeDead(): void {
    for (let hasFound = true; hasFound; ) {
      hasFound = false
      for (const segment of this.#log.segments.values()) {
        // The last one tells the marks.
        if (segment.number === this.#lastNumber || !segment.isDead) continue
        this.#drop(segment)
        hasFound = true
      }
    }
  }

  #drop(segment: Segment): void {
    if (this.#rewrite?.segment === segment) this.#rewrite = undefined
    this.#files.remove(segment.number)
    this.#log.forget(segment)
  }

  /** Writes again what still counts in the next part of the segment. */
  #rewritePart(tail: Segment, rewrite: Rewrite): void {
    const { segment } = rewrite
    // Faster than the log grows, or it would never be done.
    const bytes = Math.max(this.#rewrittenBytes, 2 * this.#batch.length)
    const until = Math.min(segment.bytes, rewrite.at + bytes)
    while (rewrite.at < until) {
      const part = this.#files.readPart(segment.number, rewrite.at, this.#rewrittenBytes)
      let at = 0
      for (let entry = readEntry(part, 0); entry !== undefined; entry = readEntry(part, at)) {
        this.#rewriteEntry(tail, segment, rewrite.at + at, entry)
        at += entry.bytes
      }
      if (at === 0) at = this.#rewriteLarge(tail, segment, rewrite.at)
      rewrite.at += at
    }
  }

  /** An entry that is larger than a part. */
  #rewriteLarge(tail: Segment, segment: Segment, at: number): number {
    const bytes = entryBytes(this.#files.readPart(segment.number, at, BEFORE_KIND_BYTES))
    const entry = readEntry(this.#files.readPart(segment.number, at, bytes), 0)
    if (entry === undefined) throw this.#damaged(segment.number, at)
    this.#rewriteEntry(tail, segment, at, entry)
    return entry.bytes
  }

  #rewriteEntry(tail: Segment, segment: Segment, at: number, entry: LogEntry): void {
    switch (entry.kind) {
      case KIND_RECORD: {
        if (!this.#log.records.isAt(entry.id, segment.number, at)) return
        // What this commit itself amended can't be read yet.
        const head = this.#amended.get(entry.id) ?? this.#amendedHead(entry.id) ?? entry.head
        return this.#record(tail, entry.id, entry.log, head, entry.body)
      }
      case KIND_AMEND:
        if (this.#log.amends.isAt(entry.id, segment.number, at)) this.#amend(tail, entry.id, entry.head)
        return
      case KIND_REMOVE: {
        const isNeeded = entry.holder !== segment.number && this.#log.segments.has(entry.holder)
        if (isNeeded) this.#remove(tail, entry.holder, entry.ids)
        return
      }
      case KIND_MARK:
        return
    }
  }

  #amendedHead(id: number): Buffer | undefined {
    const location = this.#log.amends.get(id)
    return location === undefined ? undefined : this.#entryAt(location, KIND_AMEND).head
  }

  #entryAt<K extends LogEntry['kind']>(location: Location, kind: K): LogEntry & { readonly kind: K } {
    const entry: LogEntry | undefined = readEntry(this.#files.read(location), 0)
    if (entry?.kind !== kind) throw this.#damaged(location.segment, location.at)
    return entry as LogEntry & { readonly kind: K }
  }

  /** What a crash left behind the last whole commit was never promised to anybody, and is cut off. */
  #load(number: number, isLast: boolean): void {
    const bytes = this.#files.load(number)
    const segment = this.#log.begin(number)
    const end = readCommits(bytes, (entry) => {
      if (entry.at === 0) this.#log.marks.clear()
      this.#log.apply(segment, entry)
    })
    if (end < bytes.length && !isLast) throw this.#damaged(number, end)
    this.#log.grow(segment, end)
    if (end === 0) return this.#drop(segment)
    if (end < bytes.length) this.#files.cut(number, end)
    this.#lastNumber = number
  }

  #damaged(number: number, at: number): Error {
    const file = this.#files.fileOf(number)
    return new Error(
      `${file} is damaged at byte ${at}: put back a copy of the folder, or empty it to start anew`,
    )
  }
}

function locate(tail: Segment, { at, bytes }: Span): Location {
  return { segment: tail.number, at: tail.bytes + at, bytes }
}
