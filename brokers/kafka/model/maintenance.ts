/**
 * What Kafka does to its logs in the background, on the clock that can be moved: deletes segments that are too old or too
 * many, compacts, and forgets producers that are silent.
 */
import type { Clock, Timer } from '../../clock.ts'
import type { Replica } from './replica.ts'
import type { Topic } from './topic.ts'

/** By Kafka's names for them. */
export interface MaintenanceSettings {
  /** log.retention.check.interval.ms */
  readonly retentionCheckIntervalMs: number
  /** log.cleaner.backoff.ms: how long the cleaner waits between two looks. */
  readonly cleanerBackoffMs: number
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs: number
  /** producer.id.expiration.check.interval.ms */
  readonly producerIdExpirationCheckIntervalMs: number
}

export const defaultMaintenance: MaintenanceSettings = {
  retentionCheckIntervalMs: 300_000,
  cleanerBackoffMs: 15_000,
  producerIdExpirationMs: 86_400_000,
  producerIdExpirationCheckIntervalMs: 600_000,
}

/** A cleaning gives way to clients after so long. */
const SLICE_MS = 5

export class Maintenance {
  readonly #topics: () => Iterable<Topic>
  readonly #clock: Clock
  readonly #settings: MaintenanceSettings
  readonly #timers = new Map<string, Timer>()
  /** Cleanings under way, by what they clean. */
  readonly #cleanings = new Map<Replica, Generator<void>>()
  #slice: NodeJS.Immediate | undefined

  constructor(topics: () => Iterable<Topic>, options: { clock: Clock; settings?: MaintenanceSettings }) {
    this.#topics = topics
    this.#clock = options.clock
    this.#settings = options.settings ?? defaultMaintenance
    const { retentionCheckIntervalMs, cleanerBackoffMs, producerIdExpirationCheckIntervalMs } = this.#settings
    this.#every(retentionCheckIntervalMs, 'retention', () => this.applyRetention())
    this.#every(cleanerBackoffMs, 'cleaner', () => this.#clean(this.#copies(), { isForced: false }))
    this.#every(producerIdExpirationCheckIntervalMs, 'producers', () => this.#expireProducers())
  }

  /** Deletes what retention.ms and retention.bytes let go; gives how many segments. */
  applyRetention(): number {
    let deleted = 0
    for (const copy of this.#copies()) {
      const { highWatermark, log } = copy
      const count = log.applyRetention({ nowMs: this.#clock.now(), highWatermark })
      // What it knows of records that are gone goes, too.
      if (count > 0) copy.deleteBefore(log.startOffset)
      deleted += count
    }
    return deleted
  }

  /** Compacts these topics now and wholly: the segment that is written to ends, and little dirt is enough. */
  compact(topics: Iterable<Topic>): void {
    const copies = [...copiesOf(topics)].filter(isCompacted)
    for (const { log } of copies) log.roll()
    this.#clean(copies, { isForced: true })
    this.finish()
  }

  /** Ends what is under way. */
  finish(): void {
    for (const cleaning of this.#cleanings.values()) while (cleaning.next().done !== true);
    this.#cleanings.clear()
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.cancel()
    clearImmediate(this.#slice)
    this.#cleanings.clear()
  }

  #clean(copies: Iterable<Replica>, { isForced }: { isForced: boolean }): void {
    for (const copy of copies) {
      if (!isCompacted(copy) || this.#cleanings.has(copy)) continue
      const cleaning = copy.log.cleaning({
        nowMs: this.#clock.now(),
        lastStableOffset: copy.lastStableOffset,
        isForced,
        isActiveProducer: (producerId) => copy.producers.has(producerId),
      })
      if (cleaning !== undefined) this.#cleanings.set(copy, cleaning)
    }
    this.#goOn()
  }

  #goOn(): void {
    if (this.#cleanings.size === 0) return
    clearImmediate(this.#slice)
    this.#slice = setImmediate(() => {
      const until = performance.now() + SLICE_MS
      for (const [copy, cleaning] of this.#cleanings) {
        let isDone = false
        while (!isDone && performance.now() < until) isDone = cleaning.next().done === true
        if (isDone) this.#cleanings.delete(copy)
      }
      this.#goOn()
    })
  }

  #expireProducers(): void {
    const untilMs = this.#clock.now() - this.#settings.producerIdExpirationMs
    for (const { producers } of this.#copies()) producers.expire(untilMs)
  }

  #copies(): Iterable<Replica> {
    return copiesOf(this.#topics())
  }

  #every(intervalMs: number, what: string, act: () => void): void {
    const atMs = this.#clock.now() + intervalMs
    this.#timers.set(
      what,
      this.#clock.at(atMs, () => {
        act()
        this.#every(intervalMs, what, act)
      }),
    )
  }
}

function* copiesOf(topics: Iterable<Topic>): Generator<Replica> {
  for (const { partitions } of topics) for (const { copies } of partitions) yield* copies
}

const isCompacted = ({ log }: Replica) => log.isCompacted
