/**
 * The messages of a queue that wait for a consumer, in the order in which they will be delivered: one lane per priority,
 * and in each lane what was never delivered and what came back.
 */
import type { Entry } from './entry.ts'
import type { Priorities } from './priority.ts'

/** So many turns in a row has the higher of two lanes that share them. */
const HIGH_TURNS = 2

/**
 * Where a message goes that comes back.
 * - `original-place`: classic queues, whatever the order of the returns
 * - `before-others`: quorum queues with a delivery limit, in the order of the returns
 * - `back`: quorum queues without a limit
 */
export type ReturnPlace = 'original-place' | 'before-others' | 'back'

/** A queue over an array: taking from the front moves an index, and the array is cut now and then. */
class Deque {
  #items: (Entry | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

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
  readonly fresh = new Deque()
  readonly returned = new Deque()
  readonly #place: ReturnPlace

  constructor(place: ReturnPlace) {
    this.#place = place
  }

  putBack(entry: Entry): void {
    if (this.#place === 'original-place') this.returned.insert(entry)
    else if (this.#place === 'before-others') this.returned.push(entry)
    else this.fresh.push(entry)
  }

  /** The deque whose first entry is next. */
  next(): Deque | undefined {
    const returned = this.returned.first()
    const fresh = this.fresh.first()
    if (returned === undefined) return fresh === undefined ? undefined : this.fresh
    if (fresh === undefined || this.#place !== 'original-place') return this.returned
    return returned.position < fresh.position ? this.returned : this.fresh
  }
}

export class ReadyList {
  /** Highest priority first. */
  readonly #lanes: Lane[]
  readonly #areShared: boolean
  /** Turns since the lower of two lanes had one. */
  #turn = 0
  #length = 0
  #bytes = 0

  constructor(options: { priorities: Priorities; returnPlace: ReturnPlace }) {
    const { priorities, returnPlace } = options
    this.#areShared = priorities.areShared
    this.#lanes = Array.from({ length: priorities.max + 1 }, () => new Lane(returnPlace))
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

  putBack(entry: Entry): void {
    // Lanes that share their turns have one place for what came back, before them both.
    const lane = this.#areShared ? this.#lanes[0] : this.#laneOf(entry)
    lane?.putBack(entry)
    this.#count(entry, 1)
  }

  first(): Entry | undefined {
    return this.#nextDeque()?.first()
  }

  shift(): Entry | undefined {
    const next = this.#nextDeque()
    const entry = next?.shift()
    if (entry === undefined) return undefined
    this.#count(entry, -1)
    if (this.#areShared && next !== this.#lanes[0]?.returned) {
      this.#turn = this.#turn === HIGH_TURNS ? 0 : this.#turn + 1
    }
    return entry
  }

  *[Symbol.iterator](): Iterator<Entry> {
    for (const lane of this.#lanes) {
      yield* lane.returned
      yield* lane.fresh
    }
  }

  #nextDeque(): Deque | undefined {
    if (this.#areShared && this.#turn === HIGH_TURNS) {
      const [high, low] = this.#lanes
      const isLows = high?.returned.first() === undefined && low?.fresh.first() !== undefined
      if (isLows) return low?.fresh
    }
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
