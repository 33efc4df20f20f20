/**
 * The messages of a queue that wait for a consumer, in the order in which they will be delivered: one lane per priority,
 * and in each lane what was never delivered and what came back.
 */
import type { Entry, Pages } from './entry.ts'
import { Places } from './places.ts'

/**
 * Where a message goes that comes back.
 * - `original-place`: classic queues, whatever the order of the returns
 * - `before-others`: quorum queues with a delivery limit, in the order of the returns
 * - `back`: quorum queues without a limit
 */
export type ReturnPlace = 'original-place' | 'before-others' | 'back'

/** What came back: a queue over an array, where taking from the front moves an index and the array is cut now and then. */
class Returned {
  #items: (Entry | undefined)[] = []
  #head = 0

  first(): Entry | undefined {
    return this.#items[this.#head]
  }

  push(entry: Entry): void {
    this.#items.push(entry)
  }

  shift(): Entry | undefined {
    const entry = this.#items[this.#head]
    if (entry === undefined) return undefined
    this.#items[this.#head++] = undefined
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) this.#cut()
    return entry
  }

  /** Puts an entry where its position belongs; the deque must be in order of position. */
  insert(entry: Entry): void {
    let low = this.#head
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#items[middle] as Entry).position < entry.position) low = middle + 1
      else high = middle
    }
    if (low === this.#head && this.#head > 0) this.#items[--this.#head] = entry
    else this.#items.splice(low, 0, entry)
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (let at = this.#head; at < this.#items.length; at++) yield this.#items[at] as Entry
  }

  #cut(): void {
    this.#items = this.#items.slice(this.#head)
    this.#head = 0
  }
}

class Lane {
  readonly fresh: Places
  readonly returned = new Returned()
  readonly #place: ReturnPlace

  constructor(options: { priority: number; returnPlace: ReturnPlace; pages: Pages }) {
    this.fresh = new Places(options)
    this.#place = options.returnPlace
  }

  putBack(entry: Entry): void {
    if (this.#place === 'original-place') this.returned.insert(entry)
    else if (this.#place === 'before-others') this.returned.push(entry)
    else this.fresh.push(entry)
  }

  /** Where the next one is. */
  next(): Returned | Places | undefined {
    const returned = this.returned.first()?.position
    const fresh = this.fresh.firstPosition()
    if (returned === undefined) return fresh === undefined ? undefined : this.fresh
    if (fresh === undefined || this.#place !== 'original-place') return this.returned
    return returned < fresh ? this.returned : this.fresh
  }
}

export class ReadyList {
  /** Highest priority first. */
  readonly #lanes: Lane[]
  #length = 0
  #bytes = 0

  constructor({ priorityMax, ...rest }: { priorityMax: number; returnPlace: ReturnPlace; pages: Pages }) {
    this.#lanes = Array.from(
      { length: priorityMax + 1 },
      (_, at) => new Lane({ ...rest, priority: priorityMax - at }),
    )
  }

  get length(): number {
    return this.#length
  }

  /** Bytes of all bodies. */
  get bytes(): number {
    return this.#bytes
  }

  push(entry: Entry): void {
    this.#laneOf(entry).fresh.push(entry)
    this.#count(entry, 1)
  }

  /** The entry that was pushed last has left memory: only its place is kept, see places.ts. */
  pack(entry: Entry): void {
    this.#laneOf(entry).fresh.packLast(entry)
  }

  putBack(entry: Entry): void {
    this.#laneOf(entry).putBack(entry)
    this.#count(entry, 1)
  }

  first(): Entry | undefined {
    return this.#next()?.first()
  }

  shift(): Entry | undefined {
    const entry = this.#next()?.shift()
    if (entry !== undefined) this.#count(entry, -1)
    return entry
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const lane of this.#lanes) {
      yield* lane.returned
      yield* lane.fresh
    }
  }

  #next(): Returned | Places | undefined {
    for (const lane of this.#lanes) {
      const next = lane.next()
      if (next !== undefined) return next
    }
    return undefined
  }

  #laneOf(entry: Entry): Lane {
    return this.#lanes[this.#lanes.length - 1 - entry.priority] as Lane
  }

  #count(entry: Entry, sign: 1 | -1): void {
    this.#length += sign
    this.#bytes += sign * entry.bodyBytes
  }
}
