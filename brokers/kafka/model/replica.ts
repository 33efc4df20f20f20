/**
 * A node's copy of a partition: a log, and what follows from the log alone. Whatever it knows of producers and transactions
 * is a fold over its batches, so a follower that copies batches, and a node that reads them back from disk, know the same as
 * the leader did.
 */
import { readMarker } from '../wire/marker.ts'
import { type BatchHeader, isControl, readBatchHeader } from '../wire/record-batch.ts'
import { type ProducerState, ProducerStates } from './producer-state.ts'
import type { RecordLog } from './record-log.ts'
import { type AbortedTransaction, TransactionIndex } from './transaction-index.ts'

/** What a replica knows besides its log, as data: the fold over all batches below `endOffset`. */
export interface ReplicaSnapshot {
  readonly endOffset: number
  readonly producers: readonly ProducerState[]
  readonly aborted: readonly AbortedTransaction[]
}

export class Replica {
  readonly nodeId: number
  readonly log: RecordLog
  readonly producers = new ProducerStates()
  readonly transactions = new TransactionIndex()

  constructor(nodeId: number, log: RecordLog) {
    this.nodeId = nodeId
    this.log = log
  }

  /** Appends a batch that has its place: the leader's own, or one that came from the leader. */
  append(bytes: Buffer, header: BatchHeader = readBatchHeader(bytes)): void {
    this.log.append(bytes, header)
    this.#fold(bytes, header)
  }

  /** Up to here no transaction is open whose end everybody may know of; never beyond the high watermark. */
  lastStableOffset(highWatermark: number): number {
    const firstOpen = this.producers.firstOpenOffset ?? highWatermark
    const firstUnreplicated = this.transactions.firstUnreplicatedOffset(highWatermark) ?? highWatermark
    return Math.max(this.log.startOffset, Math.min(highWatermark, firstOpen, firstUnreplicated))
  }

  /** Moves the start of the log up. */
  deleteBefore(offset: number): void {
    this.log.deleteBefore(offset)
    this.transactions.deleteBefore(offset)
  }

  /** Forgets `offset` and what lies behind it, and whatever followed from that. */
  truncate(offset: number): void {
    if (offset >= this.log.endOffset) return
    this.log.truncate(offset)
    this.restore(undefined)
  }

  snapshot(): ReplicaSnapshot {
    return {
      endOffset: this.log.endOffset,
      producers: this.producers.snapshot(),
      aborted: this.transactions.snapshot(),
    }
  }

  /** Knows what follows from the log as it is: from the snapshot of an earlier end, or else from its first batch on. */
  restore(snapshot: ReplicaSnapshot | undefined): void {
    this.producers.restore(snapshot?.producers ?? [])
    this.transactions.restore(snapshot?.aborted ?? [])
    let offset = Math.max(this.log.startOffset, snapshot?.endOffset ?? 0)
    while (offset < this.log.endOffset) {
      const batches = this.log.read({
        offset,
        endOffset: this.log.endOffset,
        bytesMax: FOLDED_BYTES,
        evenOne: true,
      })
      if (batches.length === 0) return
      for (const bytes of batches) {
        const header = readBatchHeader(bytes)
        this.#fold(bytes, header)
        offset = header.baseOffset + header.lastOffsetDelta + 1
      }
    }
  }

  #fold(bytes: Buffer, header: BatchHeader): void {
    if (header.producerId < 0) return
    if (!isControl(header)) return this.producers.add(header)
    const marker = readMarker(bytes, header)
    if (marker === undefined) return
    const completed = this.producers.end(header, marker.coordinatorEpoch)
    const { firstOpenOffset } = this.producers
    if (completed !== undefined)
      this.transactions.add(completed, { isCommit: marker.isCommit, firstOpenOffset })
  }
}

/** Of the log that are looked at in one go. */
const FOLDED_BYTES = 1 << 20
