/** The offsets that a group has committed, by topic and partition. */

export interface CommittedOffset {
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
}

/** Told of every change: what a partition's commit is now, or undefined if it is gone. */
export type KeepOffset = (topic: string, partition: number, committed: CommittedOffset | undefined) => void

export class GroupOffsets {
  readonly #keep: KeepOffset
  readonly #topics = new Map<string, Map<number, CommittedOffset>>()

  constructor(keep: KeepOffset = () => {}) {
    this.#keep = keep
  }

  get isEmpty(): boolean {
    return this.#topics.size === 0
  }

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    this.restore(topic, partition, committed)
    this.#keep(topic, partition, committed)
  }

  /** Knows again what was committed before a restart. */
  restore(topic: string, partition: number, committed: CommittedOffset): void {
    let partitions = this.#topics.get(topic)
    if (partitions === undefined) {
      partitions = new Map()
      this.#topics.set(topic, partitions)
    }
    partitions.set(partition, committed)
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#topics.get(topic)?.get(partition)
  }

  all(): { topic: string; partition: number; committed: CommittedOffset }[] {
    return [...this.#topics].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, committed]) => ({ topic, partition, committed })),
    )
  }

  forgetTopic(topic: string): void {
    for (const partition of this.#topics.get(topic)?.keys() ?? []) this.#keep(topic, partition, undefined)
    this.#topics.delete(topic)
  }
}
