/** The offsets that a group has committed, by topic and partition, and those that wait for the end of a transaction. */

export interface CommittedOffset {
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
}

/** Nobody sees it before its transaction has been committed. */
export interface PendingOffset {
  readonly producerId: number
  readonly producerEpoch: number
  readonly topic: string
  readonly partition: number
  readonly committed: CommittedOffset
}

/** What came later counts, even if its transaction ended earlier. */
interface Kept {
  readonly committed: CommittedOffset
  readonly order: number
}

export class GroupOffsets {
  readonly #topics = new Map<string, Map<number, Kept>>()
  #pending: (PendingOffset & { readonly order: number })[] = []
  #order = 0

  get isEmpty(): boolean {
    return this.#topics.size === 0
  }

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    this.#keep(topic, partition, { committed, order: this.#order++ })
  }

  /** Commits as part of a transaction. */
  commitPending(pending: PendingOffset): void {
    this.#pending.push({ ...pending, order: this.#order++ })
  }

  /** The producer's transaction has ended: what it committed counts from now on, or never did. */
  end({ producerId, isCommit }: { producerId: number; isCommit: boolean }): void {
    const ended = this.#pending.filter((pending) => pending.producerId === producerId)
    if (ended.length === 0) return
    this.#pending = this.#pending.filter((pending) => pending.producerId !== producerId)
    if (!isCommit) return
    for (const { topic, partition, committed, order } of ended) {
      const before = this.#topics.get(topic)?.get(partition)
      if (before === undefined || before.order < order) this.#keep(topic, partition, { committed, order })
    }
  }

  /** Whether a transaction that has not ended commits this partition's offset. */
  isPending(topic: string, partition: number): boolean {
    return this.#pending.some((pending) => pending.topic === topic && pending.partition === partition)
  }

  /** Whether this producer has an open transaction here. */
  isOpen({ producerId, producerEpoch }: { producerId: number; producerEpoch: number }): boolean {
    return this.#pending.some(
      (pending) => pending.producerId === producerId && pending.producerEpoch === producerEpoch,
    )
  }

  /** Those that wait, in the order in which they came. */
  pending(): PendingOffset[] {
    return this.#pending.map(({ order: _, ...pending }) => pending)
  }

  get(topic: string, partition: number): CommittedOffset | undefined {
    return this.#topics.get(topic)?.get(partition)?.committed
  }

  all(): { topic: string; partition: number; committed: CommittedOffset }[] {
    return [...this.#topics].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, { committed }]) => ({ topic, partition, committed })),
    )
  }

  forgetTopic(topic: string): void {
    this.#topics.delete(topic)
    this.#pending = this.#pending.filter((pending) => pending.topic !== topic)
  }

  #keep(topic: string, partition: number, kept: Kept): void {
    let partitions = this.#topics.get(topic)
    if (partitions === undefined) {
      partitions = new Map()
      this.#topics.set(topic, partitions)
    }
    partitions.set(partition, kept)
  }
}
