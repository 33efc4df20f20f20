/** One partition of a topic: its replicas, who leads them, how far they are in sync, and who waits for it to grow. */
import { refusal } from '../refusal.ts'
import type { ErrorName } from '../wire/error-code.ts'
import { encodeMarker, type Marker } from '../wire/marker.ts'
import {
  type BatchHeader,
  checkBatch,
  isTransactional,
  oneBatch,
  readBatchHeader,
  setAppendTime,
  setMaxTimestamp,
  setPlace,
} from '../wire/record-batch.ts'
import { type KeptLeadership, Leadership, NO_LEADER } from './leadership.ts'
import { MemoryRecordLog, type RecordLog } from './record-log.ts'
import { refuseRecords } from './record-rules.ts'
import { Replica } from './replica.ts'
import type { TopicConfig } from './topic-config.ts'

export interface Appended {
  readonly baseOffset: number
  /** -1 unless the broker's time counts. */
  readonly logAppendTimeMs: number
  /** What has to be on every in-sync replica before acks=all is answered. */
  readonly endOffset: number
  readonly leaderEpoch: number
}

/** What a partition has to know of the cluster around it. */
export interface PartitionContext {
  /** Whether the node copies and serves now. */
  isRunning(nodeId: number): boolean
  /** Whether the controller counts on the node. */
  isLive(nodeId: number): boolean
  /** Lets the followers fetch in a later turn of the event loop. */
  replicateSoon(partition: Partition): void
  onLeaderChange(partition: Partition): void
  onIsrChange(partition: Partition): void
}

/** From which nodes to which a partition is on its way. */
export interface Move {
  readonly from: readonly number[]
  readonly to: readonly number[]
}

/** All that there is to a partition alone: its nodes run, and `replicate` is called by hand. */
const alone: PartitionContext = {
  isRunning: () => true,
  isLive: () => true,
  replicateSoon() {},
  onLeaderChange() {},
  onIsrChange() {},
}

export class Partition {
  readonly topicName: string
  readonly index: number
  readonly #config: TopicConfig
  readonly #openLog: (nodeId: number) => RecordLog
  readonly #removeLog: (log: RecordLog) => void
  readonly #context: PartitionContext
  readonly #leadership: Leadership
  readonly #copies = new Map<number, Replica>()
  #leader: Replica | undefined
  /** On its way to other nodes (KIP-455). */
  #move: Move | undefined
  readonly #waiting = new Set<() => void>()
  #isClosed = false

  constructor(
    index: number,
    replicas: readonly number[],
    config: TopicConfig,
    options: {
      topicName?: string
      context?: PartitionContext
      /** The copy that a node keeps; left out: in memory. */
      openLog?: (nodeId: number) => RecordLog
      /** Takes away a copy that is kept no more. */
      removeLog?: (log: RecordLog) => void
      /** What it was in an earlier life. */
      kept?: KeptLeadership
    } = {},
  ) {
    const { topicName = '', context = alone, kept } = options
    this.#openLog = options.openLog ?? (() => new MemoryRecordLog(() => config.log))
    this.#removeLog = options.removeLog ?? (() => {})
    this.topicName = topicName
    this.index = index
    this.#config = config
    this.#context = context
    this.#leadership = new Leadership(replicas, (id) => context.isLive(id), kept)
    for (const nodeId of replicas) this.#copies.set(nodeId, new Replica(nodeId, this.#openLog(nodeId)))
    this.#leader = this.#copies.get(this.leaderId)
    this.#leader?.lead(this.leaderEpoch)
    // What every in-sync replica brought along from an earlier life may be read.
    this.#advance()
  }

  /** Ids of the nodes that keep a copy; the first is the preferred leader. */
  get replicas(): readonly number[] {
    return this.#leadership.replicas
  }

  /** -1: there is none, so nobody can read or write. */
  get leaderId(): number {
    return this.#leadership.leaderId
  }

  get leaderEpoch(): number {
    return this.#leadership.epoch
  }

  get isr(): readonly number[] {
    return this.#leadership.isr
  }

  /** Every node's copy, in the order of the replicas. */
  get copies(): readonly Replica[] {
    return [...this.#copies.values()]
  }

  /** The copy that clients write to and read from. @throws Refusal if there is none */
  get leader(): Replica {
    if (this.#leader === undefined) {
      throw refusal('leaderNotAvailable', `${this.topicName}-${this.index} has no leader`)
    }
    return this.#leader
  }

  get log(): RecordLog {
    return this.leader.log
  }

  /** Up to here records are on every in-sync replica and may be consumed. */
  get highWatermark(): number {
    return this.leader.highWatermark
  }

  /** Up to here no transaction is open. */
  get lastStableOffset(): number {
    return this.leader.lastStableOffset
  }

  /** min.insync.replicas, which can't ask for more replicas than there are. */
  get minInsyncReplicas(): number {
    return Math.min(this.#config.minInsyncReplicas, this.replicas.length)
  }

  /** A new leader does not know yet how far its predecessor let consumers read (KIP-207). */
  get isHighWatermarkKnown(): boolean {
    return this.highWatermark >= this.leader.epochs.startOf(this.leaderEpoch)
  }

  /**
   * Appends what a producer sent. `verify` throws unless the batch's transaction covers this partition; it is asked for the
   * first batch of a transaction. @throws Refusal, BatchError
   */
  append(
    sent: Buffer,
    options: { acks: number; nowMs: number; verify?: (header: BatchHeader) => void },
  ): Appended {
    const records = oneBatch(sent)
    const header = checkBatch(records)
    if (isTransactional(header) && !this.leader.producers.isOpen(header)) options.verify?.(header)
    this.#refuse(records, options.acks)
    const topicPartition = `${this.topicName}-${this.index}`
    refuseRecords(records, header, { config: this.#config, nowMs: options.nowMs, topicPartition })
    const logAppendTimeMs = this.#config.isLogAppendTime ? options.nowMs : -1
    const { leader } = this
    if (header.producerId >= 0) {
      const seenAt = leader.producers.check(header)
      if (seenAt !== undefined) return this.#appended(seenAt, header, logAppendTimeMs)
    }
    const bytes = ownBytes(records)
    if (logAppendTimeMs !== -1) setAppendTime(bytes, logAppendTimeMs)
    else setMaxTimestamp(bytes, header.maxTimestamp)
    return this.#appended(this.#write(bytes), header, logAppendTimeMs)
  }

  /**
   * Ends a transaction here, as with acks=all. Undefined: it can't be written just now, for lack of a leader or of in-sync
   * replicas.
   */
  appendMarker(marker: Marker, nowMs: number): Appended | undefined {
    if (this.#leader === undefined || !this.#context.isRunning(this.#leader.nodeId)) return undefined
    if (this.isr.length < this.minInsyncReplicas) return undefined
    const bytes = encodeMarker(marker, nowMs)
    return this.#appended(this.#write(bytes), readBatchHeader(bytes), -1)
  }

  /**
   * How acks=all stands: `none` once the records are on every in-sync replica, undefined as long as they are not, 6 if
   * nobody will ever know, since the leader is another one.
   */
  replicationOf({ endOffset, leaderEpoch }: Appended): ErrorName | undefined {
    if (leaderEpoch !== this.leaderEpoch || this.#leader === undefined || this.#isClosed)
      return 'notLeaderOrFollower'
    return this.highWatermark >= endOffset ? 'none' : undefined
  }

  /**
   * Every running follower fetches once, and the leader takes note. Gives whether any of them is still behind.
   *
   * In Kafka the leader hears how far a follower is by the follower's next fetch; here both are one step, which is as long.
   */
  replicate(): boolean {
    const leader = this.#leader
    if (leader === undefined || this.#isClosed || !this.#context.isRunning(leader.nodeId)) return false
    let isBehind = false
    for (const copy of this.#copies.values()) {
      if (copy === leader || !this.#context.isRunning(copy.nodeId)) continue
      if (copy.follow(leader, this.leaderEpoch)) isBehind = true
      this.#joinIsr(copy, leader)
    }
    this.#finishMove()
    this.#advance()
    return isBehind || this.#hasOldNews(leader)
  }

  /** The controller counts on a node no more: it is not in sync, and does not lead. */
  lose(nodeId: number): void {
    if (!this.replicas.includes(nodeId)) return
    if (nodeId === this.leaderId) this.elect()
    this.#leaveIsr(nodeId)
  }

  /** Finds a leader if there is none that can lead. */
  elect(options: { mayBeUnclean?: boolean } = {}): void {
    const { isLive } = this.#context
    const mayBeUnclean = options.mayBeUnclean ?? this.#config.mayElectUnclean
    const isrBefore = this.isr
    if (this.#leadership.elect({ isLive, mayBeUnclean })) this.#onLeader()
    if (this.isr !== isrBefore) this.#context.onIsrChange(this)
  }

  /** Makes an in-sync replica on a live node the leader. @throws Refusal for any other node */
  lead(nodeId: number): void {
    if (!this.replicas.includes(nodeId))
      throw refusal('invalidRequest', `node ${nodeId} keeps no copy of ${this.topicName}-${this.index}`)
    if (!this.isr.includes(nodeId) || !this.#context.isLive(nodeId)) {
      throw refusal(
        'eligibleLeadersNotAvailable',
        `node ${nodeId} is not in sync for ${this.topicName}-${this.index}: only [${this.isr.join(', ')}] may lead`,
      )
    }
    if (this.#leadership.lead(nodeId)) this.#onLeader()
  }

  /** Where it is on its way to; undefined: it stays where it is. */
  get move(): Move | undefined {
    return this.#move
  }

  /**
   * Moves it to other nodes. Who is new copies the leader; when all of them are in sync, the others forget what they have,
   * and the leader is one of the new ones.
   */
  reassign(to: readonly number[]): void {
    this.#move = { from: this.#move?.from ?? this.replicas, to }
    const { from } = this.#move
    this.#keepOn([...to, ...from.filter((id) => !to.includes(id))])
    this.#context.replicateSoon(this)
    this.#finishMove()
  }

  /** Stays where it was. @throws Refusal if it was to stay anyway */
  cancelMove(): void {
    if (this.#move === undefined) throw refusal('noReassignmentInProgress', '')
    const { from } = this.#move
    this.#move = undefined
    this.#keepOn(from)
  }

  /**
   * Takes a follower that has fallen behind out of the in-sync replicas; gives whether it was in them. One that has
   * everything, or that leads, stays.
   */
  dropLaggard(nodeId: number): boolean {
    const copy = this.#copies.get(nodeId)
    if (copy === undefined || this.#leader === undefined || copy === this.#leader) return false
    if (copy.log.endOffset >= this.#leader.log.endOffset) return false
    return this.#leaveIsr(nodeId)
  }

  /**
   * Moves the start up; -1 means to the high watermark. Gives the new start. After DeleteRecords followers move their
   * start with their next fetch, and nobody waits for them.
   * @throws Refusal
   */
  deleteBefore(offset: number): number {
    if (this.#config.isOnlyCompacted)
      throw refusal('policyViolation', 'records of a compacted topic go by compaction')
    const to = offset === -1 ? this.highWatermark : offset
    if (to < 0 || to > this.highWatermark) throw refusal('offsetOutOfRange', `no offset ${offset}`)
    this.leader.deleteBefore(to)
    if (this.replicas.length > 1) this.#context.replicateSoon(this)
    return this.log.startOffset
  }

  /**
   * Calls `wake` once, when the high watermark has moved, the leader is another one, or nothing will ever change again;
   * gives a way to stop waiting.
   */
  wait(wake: () => void): () => void {
    this.#waiting.add(wake)
    return () => void this.#waiting.delete(wake)
  }

  /** Whether its topic is deleted. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Ends every wait: the topic is deleted. */
  close(): void {
    this.#isClosed = true
    this.#wake()
  }

  /** Gives the batch its place at the end of the log. */
  #write(bytes: Buffer): number {
    const { leader } = this
    const baseOffset = leader.log.endOffset
    setPlace(bytes, { baseOffset, leaderEpoch: this.leaderEpoch })
    leader.append(bytes, readBatchHeader(bytes))
    this.#advance()
    if (this.replicas.length > 1) this.#context.replicateSoon(this)
    return baseOffset
  }

  #appended(baseOffset: number, { lastOffsetDelta }: BatchHeader, logAppendTimeMs: number): Appended {
    const endOffset = baseOffset + lastOffsetDelta + 1
    return { baseOffset, logAppendTimeMs, endOffset, leaderEpoch: this.leaderEpoch }
  }

  #refuse(records: Buffer, acks: number): void {
    if (records.length > this.#config.maxMessageBytes) {
      throw refusal(
        'messageTooLarge',
        `a batch of ${records.length} bytes; max.message.bytes is ${this.#config.maxMessageBytes}`,
      )
    }
    if (acks === -1 && this.isr.length < this.minInsyncReplicas) {
      throw refusal(
        'notEnoughReplicas',
        `${this.isr.length} in-sync replicas; min.insync.replicas is ${this.minInsyncReplicas}`,
      )
    }
  }

  /** Kafka lets a follower in that has what consumers may read, and what the leader found when it began (KIP-841 for live). */
  #joinIsr(copy: Replica, leader: Replica): void {
    const { nodeId, log } = copy
    if (this.isr.includes(nodeId) || !this.#context.isLive(nodeId)) return
    if (log.endOffset < Math.max(leader.highWatermark, leader.epochs.startOf(this.leaderEpoch))) return
    this.#leadership.join(nodeId)
    this.#context.onIsrChange(this)
  }

  #finishMove(): void {
    const to = this.#move?.to
    if (to === undefined || !to.every((id) => this.isr.includes(id))) return
    this.#move = undefined
    this.#keepOn(to)
  }

  /** These nodes keep copies, and no others; one of them leads. */
  #keepOn(nodeIds: readonly number[]): void {
    for (const nodeId of nodeIds) {
      if (!this.#copies.has(nodeId)) this.#copies.set(nodeId, new Replica(nodeId, this.#openLog(nodeId)))
    }
    const isrBefore = this.isr
    this.#leadership.assign(nodeIds)
    this.elect()
    for (const [nodeId, { log }] of this.#copies) {
      if (nodeIds.includes(nodeId)) continue
      this.#copies.delete(nodeId)
      this.#removeLog(log)
    }
    if (this.isr.length !== isrBefore.length) this.#context.onIsrChange(this)
  }

  #leaveIsr(nodeId: number): boolean {
    const hasLeft = this.#leadership.leave(nodeId)
    if (hasLeft) {
      this.#context.onIsrChange(this)
      this.#advance()
      if (this.#leader !== undefined) this.#context.replicateSoon(this)
    }
    return hasLeft
  }

  #onLeader(): void {
    this.#leader = this.leaderId === NO_LEADER ? undefined : this.#copies.get(this.leaderId)
    this.#leader?.lead(this.leaderEpoch)
    this.#context.onLeaderChange(this)
    // Nobody who waits for the old leader hears of its records any more; a fetch looks where to go on.
    this.#wake()
    if (this.#leader === undefined) return
    this.#advance()
    this.#context.replicateSoon(this)
  }

  /**
   * The high watermark is where the last of the in-sync replicas is. It stands still while they are fewer than
   * min.insync.replicas (KIP-966), so nobody reads what a single disk may lose.
   */
  #advance(): void {
    const leader = this.#leader
    if (leader === undefined || this.isr.length < this.minInsyncReplicas) return
    if (!this.#context.isRunning(leader.nodeId)) return
    let lowest = leader.log.endOffset
    if (this.isr.length > 1) {
      for (const nodeId of this.isr) {
        const { endOffset } = (this.#copies.get(nodeId) as Replica).log
        if (endOffset < lowest) lowest = endOffset
      }
    }
    if (lowest <= leader.highWatermark) return
    leader.highWatermark = lowest
    this.#wake()
  }

  #hasOldNews(leader: Replica): boolean {
    for (const { nodeId, highWatermark } of this.#copies.values()) {
      if (highWatermark < leader.highWatermark && this.#context.isRunning(nodeId)) return true
    }
    return false
  }

  #wake(): void {
    if (this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}

/** A copy, since a slice keeps everything alive that came in with it; not where that is little else. */
function ownBytes(slice: Buffer): Buffer {
  return slice.length + (slice.length >> 3) >= slice.buffer.byteLength ? slice : Buffer.from(slice)
}
