/**
 * A node's copy of a partition: a log, and what follows from the log alone. Whatever it knows of producers and transactions
 * is a fold over its batches, so a follower that copies batches, and a node that reads them back from disk, know the same as
 * the leader did.
 */
import { readMarker } from '../wire/marker.ts'
import { type BatchHeader, isControl, readBatchHeader } from '../wire/record-batch.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { type ProducerState, ProducerStates } from './producer-state.ts'
import type { RecordLog } from './record-log.ts'
import { type AbortedTransaction, TransactionIndex } from './transaction-index.ts'

/** What a replica knows of producers and transactions, as data: the fold over all batches below `endOffset`. */
export interface ReplicaSnapshot {
  readonly endOffset: number
  readonly producers: readonly ProducerState[]
  readonly aborted: readonly AbortedTransaction[]
}

/** What a follower takes at once, so that one that was away for long does not hold up the others. */
const COPIED_BYTES_MAX = 8 * 1024 * 1024
/** Of the log that are looked at in one go. */
const FOLDED_BYTES = 1024 * 1024

export class Replica {
  readonly nodeId: number
  readonly log: RecordLog
  /** Which leader wrote which part of it. */
  readonly epochs = new LeaderEpochs()
  readonly producers = new ProducerStates()
  readonly transactions = new TransactionIndex()
  /** As far as this node knows: a follower hears of it one turn after the leader. */
  highWatermark = 0
  /** Of the leader whose log it has held its own against. */
  #followedEpoch = -1

  constructor(nodeId: number, log: RecordLog) {
    this.nodeId = nodeId
    this.log = log
  }

  /** Up to here no transaction is open whose end everybody may know of; never beyond the high watermark. */
  get lastStableOffset(): number {
    const { highWatermark } = this
    const firstOpen = this.producers.firstOpenOffset ?? highWatermark
    const firstUnreplicated = this.transactions.firstUnreplicatedOffset(highWatermark) ?? highWatermark
    return Math.max(this.log.startOffset, Math.min(highWatermark, firstOpen, firstUnreplicated))
  }

  /** Appends a batch that has its place: the leader's own, or one that came from the leader. */
  append(bytes: Buffer, header: BatchHeader = readBatchHeader(bytes)): void {
    this.log.append(bytes, header)
    this.#fold(bytes, header)
  }

  /** Forgets `offset` and what lies behind it, and what followed from that. */
  truncate(offset: number): void {
    // A leader that wrote nothing has begun its epoch at the end of its log: no follower keeps that.
    this.epochs.truncate(Math.min(offset, this.log.endOffset))
    if (offset >= this.log.endOffset) return
    this.log.truncate(offset)
    this.epochs.truncate(this.log.endOffset)
    this.highWatermark = Math.min(this.highWatermark, this.log.endOffset)
    this.restore(undefined)
  }

  /** Moves the start of the log up. */
  deleteBefore(offset: number): void {
    this.log.deleteBefore(offset)
    this.epochs.deleteBefore(offset)
    this.transactions.deleteBefore(offset)
    this.highWatermark = Math.max(this.highWatermark, this.log.startOffset)
  }

  /** Leads from now on: nobody's log is truer than this one. */
  lead(epoch: number): void {
    this.epochs.begin(epoch, this.log.endOffset)
    this.highWatermark = Math.min(this.highWatermark, this.log.endOffset)
    this.#followedEpoch = epoch
  }

  /**
   * One fetch from the leader of `epoch`: drops what is not the leader's, copies what is new, hears of the high watermark.
   * Gives whether there is more to fetch.
   */
  follow(leader: Replica, epoch: number): boolean {
    if (this.#followedEpoch !== epoch) this.#truncateTo(leader)
    this.#followedEpoch = epoch
    const { log } = this
    if (leader.log.startOffset > log.startOffset) this.deleteBefore(leader.log.startOffset)
    this.highWatermark = Math.min(leader.highWatermark, log.endOffset)
    if (log.endOffset < leader.log.endOffset) {
      const { endOffset } = leader.log
      const batches = leader.log.read({
        offset: log.endOffset,
        endOffset,
        bytesMax: COPIED_BYTES_MAX,
        evenOne: true,
      })
      // The bytes are shared: nobody changes a batch that has its place.
      for (const bytes of batches) this.append(bytes)
    }
    return log.endOffset < leader.log.endOffset
  }

  /** Goes back to where both logs are the same (KIP-101, KIP-279): epoch by epoch, from the latest one down. */
  #truncateTo(leader: Replica): void {
    for (;;) {
      const { latest } = this.epochs
      const { epoch, endOffset } = leader.epochs.endOf(latest, leader.log.endOffset)
      if (epoch === -1) return this.truncate(Math.max(leader.log.startOffset, this.log.startOffset))
      if (epoch === latest) return this.truncate(endOffset)
      this.truncate(Math.min(endOffset, this.epochs.endOf(epoch, this.log.endOffset).endOffset))
      if (this.epochs.latest === -1) return
    }
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
    const { endOffset } = this.log
    let offset = Math.max(this.log.startOffset, snapshot?.endOffset ?? 0)
    while (offset < endOffset) {
      const batches = this.log.read({ offset, endOffset, bytesMax: FOLDED_BYTES, evenOne: true })
      if (batches.length === 0) return
      for (const bytes of batches) {
        const header = readBatchHeader(bytes)
        this.#fold(bytes, header)
        offset = header.baseOffset + header.lastOffsetDelta + 1
      }
    }
  }

  #fold(bytes: Buffer, header: BatchHeader): void {
    this.epochs.begin(header.leaderEpoch, header.baseOffset)
    if (header.producerId < 0) return
    if (!isControl(header)) return this.producers.add(header)
    const marker = readMarker(bytes, header)
    if (marker === undefined) return
    const completed = this.producers.end(header, marker.coordinatorEpoch)
    if (completed === undefined) return
    const { highWatermark } = this
    const { firstOpenOffset } = this.producers
    this.transactions.add(completed, { isCommit: marker.isCommit, firstOpenOffset, highWatermark })
  }
}
