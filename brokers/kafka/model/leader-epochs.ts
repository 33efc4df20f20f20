/**
 * Which leader wrote which part of a log (KIP-101): each epoch with the offset that it began at. Two logs part where their
 * epochs do, so a follower that asks where the leader's epoch ended knows what of its own log is not the leader's.
 */

export interface LeaderEpoch {
  readonly epoch: number
  readonly startOffset: number
}

/** As OffsetForLeaderEpoch answers; -1 and -1 when nothing is known that far back. */
export interface EpochEnd {
  readonly epoch: number
  readonly endOffset: number
}

export class LeaderEpochs {
  /** Ascending in both. */
  #entries: LeaderEpoch[] = []

  get latest(): number {
    return this.#entries.at(-1)?.epoch ?? -1
  }

  all(): readonly LeaderEpoch[] {
    return this.#entries
  }

  /** Where `epoch` began; 0 for one that is not known. */
  startOf(epoch: number): number {
    return this.#entries.find((one) => one.epoch === epoch)?.startOffset ?? 0
  }

  /** `epoch` begins at `startOffset`, unless it is known already. An epoch that wrote nothing leaves no trace. */
  begin(epoch: number, startOffset: number): void {
    if (epoch <= this.latest) return
    while ((this.#entries.at(-1)?.startOffset ?? -1) >= startOffset) this.#entries.pop()
    this.#entries.push({ epoch, startOffset })
  }

  /** Where `epoch` ended, or else the greatest epoch below it; the latest one ends where the log does. */
  endOf(epoch: number, logEndOffset: number): EpochEnd {
    const behind = this.#entries.findIndex((one) => one.epoch > epoch)
    const found = this.#entries.at(behind === -1 ? -1 : behind - 1)
    if (found === undefined || behind === 0) return { epoch: -1, endOffset: -1 }
    return { epoch: found.epoch, endOffset: this.#entries[behind]?.startOffset ?? logEndOffset }
  }

  /** Forgets what began at `offset` or behind it. */
  truncate(offset: number): void {
    this.#entries = this.#entries.filter(({ startOffset }) => startOffset < offset)
  }

  /** Forgets what ended before `offset`; the epoch that holds it begins there. */
  deleteBefore(offset: number): void {
    const kept = this.#entries.filter((_, at) => (this.#entries[at + 1]?.startOffset ?? Infinity) > offset)
    this.#entries = kept.map(({ epoch, startOffset }) => ({
      epoch,
      startOffset: Math.max(startOffset, offset),
    }))
  }
}
