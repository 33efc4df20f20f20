/**
 * A node's copy of a partition: a log, and what follows from the log alone. Whatever it knows of producers is a fold over its
 * batches, so a follower that copies batches, and a node that reads them back from disk, know the same as the leader did.
 */
import type { BatchHeader } from '../wire/record-batch.ts'
import { readBatchHeader } from '../wire/record-batch.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { ProducerStates } from './producer-state.ts'
import type { RecordLog } from './record-log.ts'

/** What a follower takes at once, so that one that was away for long does not hold up the others. */
const COPIED_BYTES_MAX = 8 * 1024 * 1024

export class Replica {
  readonly nodeId: number
  readonly log: RecordLog
  /** Which leader wrote which part of it. */
  readonly epochs = new LeaderEpochs()
  /** As far as this node knows: a follower hears of it one turn after the leader. */
  highWatermark = 0
  #producers = new ProducerStates()
  /** Of the leader whose log it has held its own against. */
  #followedEpoch = -1

  constructor(nodeId: number, log: RecordLog) {
    this.nodeId = nodeId
    this.log = log
  }

  get producers(): ProducerStates {
    return this.#producers
  }

  /** Appends a batch that has its place: the leader's own, or one that came from the leader. */
  append(bytes: Buffer, header: BatchHeader = readBatchHeader(bytes)): void {
    this.log.append(bytes, header)
    this.#fold(header)
  }

  /** Forgets `offset` and what lies behind it, and what followed from that. */
  truncate(offset: number): void {
    if (offset >= this.log.endOffset) return
    this.log.truncate(offset)
    this.epochs.truncate(this.log.endOffset)
    this.highWatermark = Math.min(this.highWatermark, this.log.endOffset)
    this.#foldAnew()
  }

  /** Moves the start of the log up. */
  deleteBefore(offset: number): void {
    this.log.deleteBefore(offset)
    this.epochs.deleteBefore(offset)
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

  #fold(header: BatchHeader): void {
    this.epochs.begin(header.leaderEpoch, header.baseOffset)
    if (header.producerId >= 0) this.#producers.add(header, header.baseOffset)
  }

  #foldAnew(): void {
    this.#producers = new ProducerStates()
    const { startOffset, endOffset } = this.log
    const batches = this.log.read({ offset: startOffset, endOffset, bytesMax: Infinity, evenOne: true })
    for (const bytes of batches) this.#fold(readBatchHeader(bytes))
  }
}
