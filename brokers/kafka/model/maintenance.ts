/**
 * What Kafka does to its logs in the background, on the clock that can be moved: deletes segments that are too old or too
 * many, compacts, and forgets producers that are silent.
 */
import type { Clock, Timer } from '../../clock.ts'
import type { Replica } from './replica.ts'
import type { Settings } from './settings.ts'
import type { Topic } from './topic.ts'

export type MaintenanceSettings = Pick<
  Settings,
  'retentionCheckIntervalMs' | 'isCleanerEnabled' | 'cleanerBackoffMs' | 'producerIdExpirationMs'
>

/** Kafka's producer.id.expiration.check.interval.ms, which is in no list of settings. */
const PRODUCERS_CHECK_MS = 600_000

/** A cleaning gives way to clients after so long. */
const SLICE_MS = 5

export class Maintenance {
  readonly #topics: () => Iterable<Topic>
  readonly #clock: Clock
  readonly #settings: () => MaintenanceSettings
  readonly #timers = new Map<string, Timer>()
  /** Cleanings under way, by what they clean. */
  readonly #cleanings = new Map<Replica, Generator<void>>()
  #slice: NodeJS.Immediate | undefined

  /** @param options.settings is asked each time: some of them can be changed while the broker runs */
  constructor(topics: () => Iterable<Topic>, options: { clock: Clock; settings: () => MaintenanceSettings }) {
    this.#topics = topics
    this.#clock = options.clock
    this.#settings = options.settings
    const every = (what: string, intervalMs: (settings: MaintenanceSettings) => number, act: () => void) =>
      this.#every(what, () => intervalMs(this.#settings()), act)
    every(
      'retention',
      (settings) => settings.retentionCheckIntervalMs,
      () => this.applyRetention(),
    )
    every(
      'cleaner',
      (settings) => settings.cleanerBackoffMs,
      () => {
        if (this.#settings().isCleanerEnabled) this.#clean(this.#copies(), { isForced: false })
      },
    )
    every(
      'producers',
      () => PRODUCERS_CHECK_MS,
      () => this.#expireProducers(),
    )
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
    const untilMs = this.#clock.now() - this.#settings().producerIdExpirationMs
    for (const { producers } of this.#copies()) producers.expire(untilMs)
  }

  #copies(): Iterable<Replica> {
    return copiesOf(this.#topics())
  }

  /** A cleaner that need not wait looks every millisecond, or time would not go on. */
  #every(what: string, intervalMs: () => number, act: () => void): void {
    const atMs = this.#clock.now() + Math.max(1, intervalMs())
    this.#timers.set(
      what,
      this.#clock.at(atMs, () => {
        act()
        this.#every(what, intervalMs, act)
      }),
    )
  }
}

function* copiesOf(topics: Iterable<Topic>): Generator<Replica> {
  for (const { partitions } of topics) for (const { copies } of partitions) yield* copies
}

const isCompacted = ({ log }: Replica) => log.isCompacted
