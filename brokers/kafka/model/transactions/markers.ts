/**
 * Ends one transaction on all of its partitions: a marker in each, which counts once every in-sync replica has it. A partition
 * that has no leader just now gets its marker later; one whose leader is lost before the marker was copied gets another.
 */
import type { Clock, Timer } from '../../../clock.ts'
import type { Marker } from '../../wire/marker.ts'
import type { Appended, Partition } from '../partition.ts'

/** How often a partition is asked again that can't take a marker. */
const RETRY_MS = 20

export class MarkerWriting {
  readonly #marker: Marker
  readonly #clocks: { readonly clock: Clock; readonly realClock: Clock }
  readonly #onDone: () => void
  /** Partitions without a marker that counts. Undefined: it has still to be written. */
  readonly #left: Map<Partition, Appended | undefined>
  #stopWaiting: (() => void)[] = []
  #retry: Timer | undefined
  #isRunning = false

  /** Calls `onDone` once, maybe before it returns from `start`. Appends happen on `clock`, retries on `realClock`. */
  constructor(
    marker: Marker,
    partitions: readonly Partition[],
    context: { clock: Clock; realClock: Clock; onDone: () => void },
  ) {
    this.#marker = marker
    this.#left = new Map(partitions.map((partition) => [partition, undefined]))
    this.#clocks = context
    this.#onDone = context.onDone
  }

  start(): void {
    // Appending wakes whoever waits for the partition, which may be this.
    if (this.#isRunning) return
    this.#isRunning = true
    this.stop()
    for (const [partition, written] of [...this.#left]) this.#advance(partition, written)
    this.#isRunning = false
    if (this.#left.size === 0) return this.#onDone()
    const again = () => this.start()
    this.#stopWaiting = [...this.#left.keys()].map((partition) => partition.wait(again))
    const { realClock } = this.#clocks
    this.#retry = realClock.at(realClock.now() + RETRY_MS, again)
  }

  stop(): void {
    for (const stop of this.#stopWaiting.splice(0)) stop()
    this.#retry?.cancel()
  }

  #advance(partition: Partition, before: Appended | undefined): void {
    const isStanding = before !== undefined && partition.replicationOf(before) !== 'notLeaderOrFollower'
    const { clock } = this.#clocks
    const written = isStanding ? before : partition.appendMarker(this.#marker, clock.now())
    const isDone = written !== undefined && partition.replicationOf(written) === 'none'
    if (isDone || partition.isClosed) this.#left.delete(partition)
    else this.#left.set(partition, written)
  }
}
