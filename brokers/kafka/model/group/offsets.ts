/**
 * The offsets that a group has committed, by topic and partition, those that wait for the end of a transaction, and which of
 * them have come of age.
 */

export interface CommittedOffset {
  readonly offset: number
  readonly leaderEpoch: number
  readonly metadata: string
  readonly committedAtMs: number
  /** Of clients before version 5 of OffsetCommit that ask for a retention of their own. */
  readonly expiresAtMs: number | undefined
}

export interface OffsetOfPartition {
  readonly topic: string
  readonly partition: number
  readonly committed: CommittedOffset
}

/** Nobody sees it before its transaction has been committed. */
export interface PendingOffset {
  readonly producerId: number
  readonly producerEpoch: number
  readonly topic: string
  readonly partition: number
  readonly committed: CommittedOffset
}

/** Told of every change, so that it can be kept. */
export interface OffsetsKeeper {
  /** What a partition's commit is now, or undefined if it is gone. */
  keep(topic: string, partition: number, committed: CommittedOffset | undefined): void
  /** All that wait for the end of a transaction. */
  keepPending(pending: readonly PendingOffset[]): void
}

const inMemory: OffsetsKeeper = { keep() {}, keepPending() {} }

/** What came later counts, even if its transaction ended earlier. */
interface Kept {
  readonly committed: CommittedOffset
  readonly order: number
}

export class GroupOffsets {
  readonly #topics = new Map<string, Map<number, Kept>>()
  #pending: (PendingOffset & { readonly order: number })[] = []
  #order = 0
  readonly #keeper: OffsetsKeeper

  constructor(keeper: OffsetsKeeper = inMemory) {
    this.#keeper = keeper
  }

  get isEmpty(): boolean {
    return this.#topics.size === 0 && this.#pending.length === 0
  }

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    this.#keep(topic, partition, { committed, order: this.#order++ })
  }

  /** Commits as part of a transaction. */
  commitPending(pending: PendingOffset): void {
    this.restorePending(pending)
    this.#keeper.keepPending(this.pending())
  }

  /** Knows again what was committed before a restart. */
  restore(topic: string, partition: number, committed: CommittedOffset): void {
    this.#set(topic, partition, { committed, order: this.#order++ })
  }

  restorePending(pending: PendingOffset): void {
    this.#pending.push({ ...pending, order: this.#order++ })
  }

  /** The producer's transaction has ended: what it committed counts from now on, or never did. */
  end({ producerId, isCommit }: { producerId: number; isCommit: boolean }): void {
    const ended = this.#pending.filter((pending) => pending.producerId === producerId)
    if (ended.length === 0) return
    this.#pending = this.#pending.filter((pending) => pending.producerId !== producerId)
    this.#keeper.keepPending(this.pending())
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

  all(): OffsetOfPartition[] {
    return [...this.#topics].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, { committed }]) => ({ topic, partition, committed })),
    )
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic)
    if (partitions?.delete(partition) === true) this.#keeper.keep(topic, partition, undefined)
    if (partitions?.size === 0) this.#topics.delete(topic)
  }

  forgetTopic(topic: string): void {
    for (const partition of this.#topics.get(topic)?.keys() ?? [])
      this.#keeper.keep(topic, partition, undefined)
    this.#topics.delete(topic)
    const before = this.#pending.length
    this.#pending = this.#pending.filter((pending) => pending.topic !== topic)
    if (this.#pending.length < before) this.#keeper.keepPending(this.pending())
  }

  /** The group is gone. */
  forgetAll(): void {
    for (const topic of this.#topics.keys()) this.forgetTopic(topic)
    this.#pending = []
    this.#keeper.keepPending([])
  }

  #keep(topic: string, partition: number, kept: Kept): void {
    this.#set(topic, partition, kept)
    this.#keeper.keep(topic, partition, kept.committed)
  }

  #set(topic: string, partition: number, kept: Kept): void {
    let partitions = this.#topics.get(topic)
    if (partitions === undefined) {
      partitions = new Map()
      this.#topics.set(topic, partitions)
    }
    partitions.set(partition, kept)
  }
}

/**
 * Those that are older than `retentionMs`, counted from `sinceMs` or else from their commit (KIP-211); one that was
 * committed with a retention of its own goes by that.
 */
export function expiredOffsets(
  offsets: GroupOffsets,
  age: { nowMs: number; retentionMs: number; sinceMs: number | undefined },
): OffsetOfPartition[] {
  const { nowMs, retentionMs, sinceMs } = age
  return offsets.all().filter(({ committed: { committedAtMs, expiresAtMs } }) => {
    if (expiresAtMs !== undefined) return nowMs >= expiresAtMs
    return nowMs - (sinceMs ?? committedAtMs) >= retentionMs
  })
}
