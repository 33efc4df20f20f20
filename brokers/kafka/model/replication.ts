/**
 * Lets followers fetch from their leaders: in a later turn of the event loop, never in the append itself, so that there is
 * a moment in which only the leader has a record, as with Kafka.
 */
import type { Partition } from './partition.ts'

/** Calls `act` in a later turn of the event loop. */
export type Later = (act: () => void) => void

export class Replication {
  readonly #later: Later
  #behind = new Set<Partition>()
  #isComing = false

  constructor(later: Later) {
    this.#later = later
  }

  soon(partition: Partition): void {
    this.#behind.add(partition)
    if (this.#isComing) return
    this.#isComing = true
    this.#later(() => this.turn())
  }

  /** One fetch of every follower that is behind. */
  turn(): void {
    this.#isComing = false
    const partitions = this.#behind
    this.#behind = new Set()
    for (const partition of partitions) if (partition.replicate()) this.soon(partition)
  }

  /** Turn after turn, until every follower that runs has everything. */
  finish(): void {
    while (this.#behind.size > 0) this.turn()
  }

  stop(): void {
    this.#behind.clear()
  }
}
