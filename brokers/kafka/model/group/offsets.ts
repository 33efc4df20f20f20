/** The offsets that a group has committed, by topic and partition, and which of them have come of age. */

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

export class GroupOffsets {
  readonly #topics = new Map<string, Map<number, CommittedOffset>>()

  get isEmpty(): boolean {
    return this.#topics.size === 0
  }

  commit(topic: string, partition: number, committed: CommittedOffset): void {
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

  all(): OffsetOfPartition[] {
    return [...this.#topics].flatMap(([topic, partitions]) =>
      [...partitions].map(([partition, committed]) => ({ topic, partition, committed })),
    )
  }

  delete(topic: string, partition: number): void {
    const partitions = this.#topics.get(topic)
    partitions?.delete(partition)
    if (partitions?.size === 0) this.#topics.delete(topic)
  }

  forgetTopic(topic: string): void {
    this.#topics.delete(topic)
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
