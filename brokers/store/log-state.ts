/**
 * What of the log still counts: where the latest entry of each record lies, and what every segment holds that must not be
 * lost with it. The log is applied to it in order, when it is written and again at a start, so both see the same.
 *
 * A removal must stay as long as the segment with the removed record does, or the record would come back at the next start.
 * So each segment tells which others it buries, and goes after them.
 */
import { type Location, LocationIndex } from './location-index.ts'
import { KIND_AMEND, KIND_MARK, KIND_RECORD, KIND_REMOVE, type LogEntry } from './log-entry.ts'

export class Segment {
  readonly number: number
  bytes = 0
  /** Of entries that still count, removals included. */
  liveBytes = 0
  /** Segments whose dead entries would come back without this one, and how many bytes of it say that they are dead. */
  readonly buries = new Map<number, number>()

  constructor(number: number) {
    this.number = number
  }

  get isDead(): boolean {
    return this.liveBytes === 0 && this.buries.size === 0
  }
}

export class LogState {
  /** In order of number; the last one is written to. */
  readonly segments = new Map<number, Segment>()
  readonly records = new LocationIndex()
  readonly amends = new LocationIndex()
  /** Every segment begins with all marks there are, so what older ones say of them means nothing. */
  readonly marks = new Map<number, number>()
  #bytes = 0
  #liveBytes = 0

  /** Bytes of all segments that no longer count. */
  get deadBytes(): number {
    return this.#bytes - this.#liveBytes
  }

  get liveBytes(): number {
    return this.#liveBytes
  }

  begin(number: number): Segment {
    const segment = new Segment(number)
    this.segments.set(number, segment)
    return segment
  }

  grow(segment: Segment, bytes: number): void {
    segment.bytes += bytes
    this.#bytes += bytes
  }

  /** An entry as read at a start. */
  apply({ number: segment }: Segment, entry: LogEntry): void {
    const location = { segment, at: entry.at, bytes: entry.bytes }
    switch (entry.kind) {
      case KIND_RECORD:
        return this.recorded(entry.id, location)
      case KIND_AMEND:
        return this.amended(entry.id, location)
      case KIND_REMOVE:
        return this.removed(entry.holder, entry.ids, location)
      case KIND_MARK:
        return this.marked(entry.log, entry.number)
    }
  }

  recorded(id: number, location: Location): void {
    const before = this.records.set(id, location)
    this.#live(location.segment, location.bytes)
    this.#drop(this.amends.delete(id))
    if (before === undefined) return
    this.#drop(before)
    this.#bury(location.segment, before.segment, 0)
  }

  amended(id: number, location: Location): void {
    if (this.records.get(id) === undefined) return
    this.#drop(this.amends.set(id, location))
    this.#live(location.segment, location.bytes)
  }

  /** `holder` is the segment in which the records lay: one that lies elsewhere by now is another record with that id. */
  removed(holder: number, ids: readonly number[], location: Location): void {
    for (const id of ids) {
      if (this.records.get(id)?.segment !== holder) continue
      this.#drop(this.records.delete(id))
      this.#drop(this.amends.delete(id))
    }
    this.#bury(location.segment, holder, location.bytes)
  }

  /** A mark of 0 means that there is none. */
  marked(log: number, number: number): void {
    if (number === 0) this.marks.delete(log)
    else this.marks.set(log, number)
  }

  /** The segment is gone: what kept its entries dead is no longer needed. */
  forget(segment: Segment): void {
    this.segments.delete(segment.number)
    this.#bytes -= segment.bytes
    for (const other of this.segments.values()) {
      const bytes = other.buries.get(segment.number)
      if (bytes === undefined) continue
      other.buries.delete(segment.number)
      this.#live(other.number, -bytes)
    }
  }

  #bury(by: number, buried: number, bytes: number): void {
    const segment = this.segments.get(by)
    // An entry goes together with the segment that it lies in itself.
    if (segment === undefined || by === buried || !this.segments.has(buried)) return
    segment.buries.set(buried, (segment.buries.get(buried) ?? 0) + bytes)
    this.#live(by, bytes)
  }

  #drop(location: Location | undefined): void {
    if (location !== undefined) this.#live(location.segment, -location.bytes)
  }

  #live(number: number, bytes: number): void {
    const segment = this.segments.get(number)
    if (segment === undefined) return
    segment.liveBytes += bytes
    this.#liveBytes += bytes
  }
}
