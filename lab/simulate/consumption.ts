/**
 * Consumers of a partitioned log in virtual time: who works on what, one after another or side by side, what a failing record does to those
 * behind it, and what a crash gives to somebody else. A simulation: nothing here speaks to a broker, and every figure from it says so.
 */
import type { Random } from '../subject/world.ts'

/** A record as it lies in its partition. */
export interface SimulatedRecord {
  readonly id: string
  /** Within one key order counts. */
  readonly key: string
  readonly partition: number
  /** When it is there to be read, milliseconds from the beginning. */
  readonly arrivesAt: number
  /** How often its processing fails before it works. */
  readonly failures?: number
}

/** How a consumer goes about the records that it owns. */
export interface ConsumptionPlan {
  readonly consumers: number
  /**
   * - `one after another`: a consumer has one record in hand
   * - `keys side by side`: several, but of each key one
   * - `side by side`: several, whichever they are
   */
  readonly within: 'one after another' | 'keys side by side' | 'side by side'
  /**
   * - `in place`: it is tried again where it stands; whatever its worker would do next waits
   * - `park the key`: it is put aside with all that come behind it under its key; other keys go on
   * - `put aside`: it is put aside alone, and comes again later
   */
  readonly retry: 'in place' | 'park the key' | 'put aside'
}

export interface Circumstances {
  /** Of one record, milliseconds; drawn between half of it and one and a half. */
  readonly handlingMs: number
  /** How long a failing record waits before it is tried again. */
  readonly retryMs: number
  /** A consumer that dies, and how long it takes until somebody notices and its partitions are somebody else's. */
  readonly crash?: { readonly consumer: number; readonly atMs: number; readonly noticedMs: number }
}

/** One effect: a record may have two, when whoever had it died before the commit. */
export interface Effect {
  readonly record: SimulatedRecord
  readonly atMs: number
}

export interface Consumption {
  /** In the order in which they took effect. */
  readonly effects: readonly Effect[]
  /** When the last one did. */
  readonly endedAtMs: number
}

/** So many records a consumer has in hand at most when it works side by side. */
const inHandMax = 8

interface Partition {
  readonly records: readonly SimulatedRecord[]
  /** The first that is neither done nor begun nor put aside. */
  next: number
  /** By place: done, so that a commit may pass over them. */
  readonly done: Set<number>
  committed: number
  owner: number
}

interface Work {
  readonly partition: number
  readonly at: number
  readonly consumer: number
  /** A worker of a consumer that has died since does nothing any more. */
  readonly life: number
}

/** Plays until every record has had its effect. */
export function consume(
  records: readonly SimulatedRecord[],
  plan: ConsumptionPlan,
  circumstances: Circumstances,
  random: Random,
): Consumption {
  return new Simulation(records, plan, circumstances, random).run()
}

class Simulation {
  readonly #plan: ConsumptionPlan
  readonly #circumstances: Circumstances
  readonly #random: Random
  readonly #partitions: Partition[]
  readonly #effects: Effect[] = []
  readonly #failuresLeft = new Map<string, number>()
  /** Keys of each consumer that are in hand, or wait behind a record that was put aside. */
  readonly #busyKeys = new Map<string, number>()
  /** Records in the order in which they wait behind one of their key. */
  readonly #parked = new Map<string, Work[]>()
  /** Records that have waited, and may be begun as soon as their consumer has a hand free. */
  #dueWork: Work[] = []
  /** What each consumer has in hand; undefined for one that is dead. */
  readonly #hands: (Set<Work> | undefined)[]
  readonly #lives: number[]
  readonly #agenda: { readonly atMs: number; readonly order: number; readonly act: () => void }[] = []
  #order = 0
  #now = 0

  constructor(
    records: readonly SimulatedRecord[],
    plan: ConsumptionPlan,
    circumstances: Circumstances,
    random: Random,
  ) {
    this.#plan = plan
    this.#circumstances = circumstances
    this.#random = random
    const count = records.reduce((most, { partition }) => Math.max(most, partition + 1), 1)
    const consumers = Math.max(1, plan.consumers)
    this.#partitions = Array.from({ length: count }, (_, index) => ({
      records: records.filter(({ partition }) => partition === index),
      next: 0,
      done: new Set<number>(),
      committed: 0,
      owner: index % consumers,
    }))
    this.#hands = Array.from({ length: consumers }, () => new Set<Work>())
    this.#lives = Array.from({ length: consumers }, () => 0)
    for (const { id, failures = 0 } of records) this.#failuresLeft.set(id, failures)
    for (const atMs of new Set(records.map(({ arrivesAt }) => arrivesAt)))
      this.#at(atMs, () => this.#lookForWork())
  }

  run(): Consumption {
    const { crash } = this.#circumstances
    if (crash !== undefined) {
      this.#at(crash.atMs, () => this.#die(crash.consumer))
      this.#at(crash.atMs + crash.noticedMs, () => this.#takeOver(crash.consumer))
    }
    for (;;) {
      const next = this.#takeNext()
      if (next === undefined) break
      this.#now = next.atMs
      next.act()
    }
    return { effects: this.#effects, endedAtMs: this.#effects.at(-1)?.atMs ?? 0 }
  }

  #at(atMs: number, act: () => void): void {
    const order = this.#order++
    let index = this.#agenda.length
    while (index > 0 && (this.#agenda[index - 1]?.atMs ?? 0) < atMs) index -= 1
    this.#agenda.splice(index, 0, { atMs, order, act })
  }

  /** The agenda is sorted backwards, so that the next is at its end; of one moment, the first that was put there. */
  #takeNext() {
    let at = this.#agenda.length - 1
    const last = this.#agenda[at]
    if (last === undefined) return undefined
    while (this.#agenda[at - 1]?.atMs === last.atMs) at -= 1
    let first = at
    for (let index = at; index < this.#agenda.length; index += 1)
      if ((this.#agenda[index]?.order ?? 0) < (this.#agenda[first]?.order ?? 0)) first = index
    return this.#agenda.splice(first, 1)[0]
  }

  #lookForWork(): void {
    for (const work of this.#dueWork.filter((each) => this.#isAlive(each))) {
      if (!this.#hasRoom(work.consumer)) continue
      this.#dueWork.splice(this.#dueWork.indexOf(work), 1)
      this.#begin(work)
    }
    for (const [index, partition] of this.#partitions.entries()) {
      while (this.#hasRoom(partition.owner)) {
        const at = this.#startable(partition)
        if (at === undefined) break
        this.#begin({
          partition: index,
          at,
          consumer: partition.owner,
          life: this.#lives[partition.owner] ?? 0,
        })
      }
    }
  }

  #hasRoom(consumer: number): boolean {
    const hand = this.#hands[consumer]
    return hand !== undefined && hand.size < (this.#plan.within === 'one after another' ? 1 : inHandMax)
  }

  /** The next record of a partition that may be begun now; those that have to wait behind their key are put there. */
  #startable(partition: Partition): number | undefined {
    for (;;) {
      const record = partition.records[partition.next]
      if (record === undefined || record.arrivesAt > this.#now) return undefined
      const at = partition.next
      if (this.#plan.within === 'side by side' && !this.#parked.has(record.key)) {
        partition.next += 1
        return at
      }
      const isBusy = (this.#busyKeys.get(record.key) ?? 0) > 0 || this.#parked.has(record.key)
      if (!isBusy) {
        partition.next += 1
        return at
      }
      // Nobody else of this partition may be begun before it where one after another is the rule.
      if (this.#plan.within === 'one after another' && !this.#parked.has(record.key)) return undefined
      const waiting = this.#parked.get(record.key) ?? []
      const index = this.#partitions.indexOf(partition)
      waiting.push({
        partition: index,
        at,
        consumer: partition.owner,
        life: this.#lives[partition.owner] ?? 0,
      })
      this.#parked.set(record.key, waiting)
      partition.next += 1
    }
  }

  #begin(work: Work): void {
    const record = this.#recordOf(work)
    if (record === undefined) return
    this.#hands[work.consumer]?.add(work)
    this.#busyKeys.set(record.key, (this.#busyKeys.get(record.key) ?? 0) + 1)
    const ms = this.#circumstances.handlingMs * (0.5 + this.#random.next())
    this.#at(this.#now + ms, () => this.#end(work, record))
  }

  #end(work: Work, record: SimulatedRecord): void {
    if (!this.#isAlive(work)) return
    const left = this.#failuresLeft.get(record.id) ?? 0
    if (left === 0) {
      this.#effects.push({ record, atMs: this.#now })
      this.#release(work, record)
      this.#finish(work)
      this.#goOnWith(record.key)
      this.#lookForWork()
      return
    }
    this.#failuresLeft.set(record.id, left - 1)
    // In place, whoever works on it waits with it in hand.
    if (this.#plan.retry !== 'in place') this.#release(work, record)
    if (this.#plan.retry === 'park the key' && !this.#parked.has(record.key)) this.#parked.set(record.key, [])
    // Those that stand behind it under its key don't wait for it.
    if (this.#plan.retry === 'put aside') this.#goOnWith(record.key)
    this.#at(this.#now + this.#circumstances.retryMs, () => {
      if (!this.#isAlive(work)) return
      if (this.#plan.retry === 'in place') this.#release(work, record)
      this.#due(work)
    })
    this.#lookForWork()
  }

  /** A record whose turn has come goes before any that was never begun. */
  #due(work: Work): void {
    this.#dueWork.push(work)
    this.#lookForWork()
  }

  #isAlive({ consumer, life }: Work): boolean {
    return this.#lives[consumer] === life && this.#hands[consumer] !== undefined
  }

  #release(work: Work, { key }: SimulatedRecord): void {
    this.#hands[work.consumer]?.delete(work)
    this.#busyKeys.set(key, Math.max(0, (this.#busyKeys.get(key) ?? 1) - 1))
  }

  /** The next that has waited behind a record of its key; or nobody waits any more. */
  #goOnWith(key: string): void {
    const waiting = this.#parked.get(key)
    const next = waiting?.shift()
    if (next === undefined) this.#parked.delete(key)
    else this.#due(next)
  }

  /** Commits as far as everything before is done: what is behind a gap is delivered again after a rebalance. */
  #finish({ partition: index, at }: Work): void {
    const partition = this.#partitions[index]
    if (partition === undefined) return
    partition.done.add(at)
    while (partition.done.has(partition.committed)) partition.committed += 1
  }

  /** At the worst moment: what it had in hand has just had its effect, and nothing of that is committed. */
  #die(consumer: number): void {
    for (const work of this.#hands[consumer] ?? []) {
      const record = this.#recordOf(work)
      if (record !== undefined && this.#failuresLeft.get(record.id) === 0)
        this.#effects.push({ record, atMs: this.#now })
    }
    this.#hands[consumer] = undefined
  }

  /** An eager rebalance: everybody puts down what is in hand and goes on from what was committed. */
  #takeOver(dead: number): void {
    const alive = this.#hands.map((_, index) => index).filter((index) => index !== dead)
    // The only one there was is started again.
    const owners = alive.length > 0 ? alive : [dead]
    for (const index of owners) this.#hands[index] = new Set()
    for (const index of this.#lives.keys()) this.#lives[index] = (this.#lives[index] ?? 0) + 1
    this.#busyKeys.clear()
    this.#parked.clear()
    this.#dueWork = []
    for (const [index, partition] of this.#partitions.entries()) {
      partition.owner = owners[index % owners.length] ?? dead
      partition.next = partition.committed
      for (const at of [...partition.done]) if (at >= partition.committed) partition.done.delete(at)
    }
    this.#lookForWork()
  }

  #recordOf({ partition, at }: Work): SimulatedRecord | undefined {
    return this.#partitions[partition]?.records[at]
  }
}
