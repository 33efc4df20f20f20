/** One partition of a topic: its replicas, who leads them, how far they are in sync, and who waits for it to grow. */
import { refusal } from '../refusal.ts'
import {
  type BatchHeader,
  checkBatch,
  isTransactional,
  readBatchHeader,
  setAppendTime,
  setPlace,
} from '../wire/record-batch.ts'
import { MemoryRecordLog, type RecordLog } from './record-log.ts'
import { Replica } from './replica.ts'
import type { TopicConfig } from './topic-config.ts'

export interface Appended {
  readonly baseOffset: number
  /** -1 unless the broker's time counts. */
  readonly logAppendTimeMs: number
}

export class Partition {
  readonly index: number
  /** Ids of the nodes that keep a copy; the first is the preferred leader. */
  replicas: readonly number[]
  leaderId: number
  leaderEpoch = 0
  isr: readonly number[]
  readonly #config: TopicConfig
  readonly #copies = new Map<number, Replica>()
  readonly #waiting = new Set<() => void>()

  constructor(index: number, replicas: readonly number[], config: TopicConfig) {
    this.index = index
    this.replicas = replicas
    this.leaderId = replicas[0] as number
    this.isr = replicas
    this.#config = config
    for (const nodeId of replicas) this.#copies.set(nodeId, new Replica(nodeId, new MemoryRecordLog()))
  }

  /** The copy that clients write to and read from. */
  get leader(): Replica {
    return this.#copies.get(this.leaderId) as Replica
  }

  get log(): RecordLog {
    return this.leader.log
  }

  /** Up to here records are on every in-sync replica and may be consumed. */
  get highWatermark(): number {
    return this.log.endOffset
  }

  /** Up to here no transaction is open. */
  get lastStableOffset(): number {
    return this.highWatermark
  }

  /** Lets the first of its replicas that is in sync lead. */
  elect(_options: { mayBeUnclean?: boolean } = {}): void {
    const inSync = this.replicas.find((id) => this.isr.includes(id))
    if (inSync !== undefined) this.lead(inSync)
  }

  lead(nodeId: number): void {
    this.leaderId = nodeId
    this.leaderEpoch++
  }

  /** Moves it to other nodes: who is new copies the leader, who is left out forgets. */
  reassign(replicas: readonly number[]): void {
    this.replicas = replicas
  }

  /** Appends what a producer sent. @throws Refusal, BatchError */
  append(records: Buffer, options: { acks: number; nowMs: number }): Appended {
    const header = checkBatch(records)
    this.#refuse(records, header, options.acks)
    const logAppendTimeMs = this.#config.isLogAppendTime ? options.nowMs : -1
    const { leader } = this
    if (header.producerId >= 0) {
      const seenAt = leader.producers.check(header)
      if (seenAt !== undefined) return { baseOffset: seenAt, logAppendTimeMs }
    }
    // A copy, since the slice would keep everything alive that came in with it.
    const bytes = Buffer.from(records)
    if (logAppendTimeMs !== -1) setAppendTime(bytes, logAppendTimeMs)
    const baseOffset = leader.log.endOffset
    setPlace(bytes, { baseOffset, leaderEpoch: this.leaderEpoch })
    leader.append(bytes, readBatchHeader(bytes))
    this.#wake()
    return { baseOffset, logAppendTimeMs }
  }

  /** Moves the start up; -1 means to the high watermark. Gives the new start. @throws Refusal */
  deleteBefore(offset: number): number {
    const to = offset === -1 ? this.highWatermark : offset
    if (to < 0 || to > this.highWatermark) throw refusal('offsetOutOfRange', `no offset ${offset}`)
    this.log.deleteBefore(to)
    return this.log.startOffset
  }

  /** Calls `wake` once, when something has been appended or nothing ever will; gives a way to stop waiting. */
  wait(wake: () => void): () => void {
    this.#waiting.add(wake)
    return () => void this.#waiting.delete(wake)
  }

  /** Ends every wait: the topic is deleted. */
  close(): void {
    this.#wake()
  }

  #refuse(records: Buffer, header: BatchHeader, acks: number): void {
    if (records.length > this.#config.maxMessageBytes) {
      throw refusal(
        'messageTooLarge',
        `a batch of ${records.length} bytes; max.message.bytes is ${this.#config.maxMessageBytes}`,
      )
    }
    if (header.producerId >= 0 && header.producerEpoch < 0)
      throw refusal('invalidRecord', `producer ${header.producerId} without an epoch`)
    if (isTransactional(header))
      throw refusal('invalidTxnState', `partition ${this.index} is in no transaction of this producer`)
    if (acks === -1 && this.isr.length < this.#config.minInsyncReplicas) {
      throw refusal(
        'notEnoughReplicas',
        `${this.isr.length} in-sync replicas; min.insync.replicas is ${this.#config.minInsyncReplicas}`,
      )
    }
  }

  #wake(): void {
    if (this.#waiting.size === 0) return
    const waiting = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of waiting) wake()
  }
}
