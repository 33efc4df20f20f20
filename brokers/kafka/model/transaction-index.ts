/**
 * What a log's ended transactions mean to its readers: which of them were aborted, and which ended by a marker that is not
 * on every in-sync replica yet, so that readers of committed records must still wait (Kafka's transaction index).
 */
import type { CompletedTransaction } from './producer-state.ts'

export interface AbortedTransaction extends CompletedTransaction {
  /** What was stable when its marker was written: no later entry begins before it. */
  readonly lastStableOffset: number
}

export class TransactionIndex {
  #aborted: AbortedTransaction[] = []
  /** In the order of their markers, from the first that may not be on every in-sync replica. */
  #unreplicated: CompletedTransaction[] = []

  /** `firstOpenOffset` of those that are still open. */
  add(
    completed: CompletedTransaction,
    outcome: { isCommit: boolean; firstOpenOffset: number | undefined; highWatermark: number },
  ): void {
    const { isCommit, firstOpenOffset, highWatermark } = outcome
    this.#forgetReplicated(highWatermark)
    this.#unreplicated.push(completed)
    if (isCommit) return
    const lastStableOffset = firstOpenOffset ?? completed.lastOffset + 1
    this.#aborted.push({ ...completed, lastStableOffset })
  }

  /** Where the first transaction begins whose marker is at `highWatermark` or beyond. High watermarks only grow. */
  firstUnreplicatedOffset(highWatermark: number): number | undefined {
    this.#forgetReplicated(highWatermark)
    if (this.#unreplicated.length === 0) return undefined
    return Math.min(...this.#unreplicated.map(({ firstOffset }) => firstOffset))
  }

  /** The aborted transactions that have records or their marker between the two offsets, the upper one excluded. */
  abortedBetween(offset: number, upTo: number): AbortedTransaction[] {
    const found: AbortedTransaction[] = []
    for (let at = this.#firstEndingAt(offset); at < this.#aborted.length; at++) {
      const aborted = this.#aborted[at] as AbortedTransaction
      if (aborted.firstOffset < upTo) found.push(aborted)
      if (aborted.lastStableOffset >= upTo) break
    }
    return found
  }

  /** Forgets what ended before `offset`: those records are gone. */
  deleteBefore(offset: number): void {
    this.#aborted.splice(0, this.#firstEndingAt(offset))
  }

  snapshot(): AbortedTransaction[] {
    return [...this.#aborted]
  }

  /** Knows what `snapshot` gave. Markers that were written before are taken for replicated, unless folded in again. */
  restore(aborted: readonly AbortedTransaction[]): void {
    this.#aborted = [...aborted]
    this.#unreplicated = []
  }

  #forgetReplicated(highWatermark: number): void {
    const left = this.#unreplicated.findIndex(({ lastOffset }) => lastOffset >= highWatermark)
    if (left !== 0) this.#unreplicated.splice(0, left === -1 ? this.#unreplicated.length : left)
  }

  /** They are in the order of their markers. */
  #firstEndingAt(offset: number): number {
    let low = 0
    let high = this.#aborted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#aborted[middle] as AbortedTransaction).lastOffset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
