/**
 * The transaction coordinator (KIP-98): gives producers their ids and epochs, knows which partitions a transaction has
 * written to, decides its outcome, and has the markers written. One object serves all nodes of a cluster; which node may be
 * asked about which transactional id is for the cluster to say.
 *
 * As soon as every marker is in place the next transaction may begin: usually within the same turn of the event loop, while
 * Kafka answers CONCURRENT_TRANSACTIONS for some milliseconds.
 */
import type { Clock, Timer } from '../../../clock.ts'
import { refusal } from '../../refusal.ts'
import type { Partition } from '../partition.ts'
import type { Settings } from '../settings.ts'
import { MarkerWriting } from './markers.ts'
import { ProducerIds } from './producer-ids.ts'
import {
  completed,
  fencedOff,
  includesPartition,
  initialized,
  isPrepared,
  newTransaction,
  OFFSETS_TOPIC,
  type Producer,
  prepared,
  refuseProducer,
  stillCompleting,
  type TopicPartition,
  type Transaction,
  withPartitions,
} from './transaction.ts'

/** A coordinator that has moved would count it up; here nothing of it is lost when a node goes. */
const COORDINATOR_EPOCH = 0

export interface CoordinatorContext {
  /** For timeouts and expiry: it can be moved ahead. */
  readonly clock: Clock
  readonly realClock: Clock
  readonly settings: Pick<Settings, 'transactionMaxTimeoutMs' | 'transactionalIdExpirationMs'>
  /** Undefined: there is no such partition any more. */
  partition(one: TopicPartition): Partition | undefined
  /** The partition of `__consumer_offsets` that a group falls on. */
  offsetsPartitionOf(groupId: string): number
  /** Applies or drops what a transaction has committed for the groups of one partition of `__consumer_offsets`. */
  endOffsets(offsetsPartition: number, outcome: { producerId: number; isCommit: boolean }): void
}

/** What is to be kept, whenever it has changed; `removed` names a transactional id that is forgotten. */
export type CoordinatorChange =
  | { readonly producerIdsBelow: number }
  | { readonly transaction: Transaction }
  | { readonly removed: string }

/** Everything that is to be kept. */
export interface CoordinatorSnapshot {
  /** Ids from here on have never been given out. */
  readonly producerIdsBelow: number
  readonly transactions: readonly Transaction[]
}

export class TransactionCoordinator {
  readonly #context: CoordinatorContext
  readonly #transactions = new Map<string, Transaction>()
  readonly #timeouts = new Map<string, Timer>()
  readonly #writing = new Map<string, MarkerWriting>()
  readonly #whenEnded = new Map<string, Set<() => void>>()
  readonly #listeners = new Set<(change: CoordinatorChange) => void>()
  #producerIds: ProducerIds

  constructor(context: CoordinatorContext) {
    this.#context = context
    this.#producerIds = this.#producerIdsFrom(0)
  }

  /** Calls `listener` with whatever is to be kept, before the one who asked is answered. */
  onChange(listener: (change: CoordinatorChange) => void): void {
    this.#listeners.add(listener)
  }

  newProducerId(): number {
    return this.#producerIds.next()
  }

  /**
   * A producer starts. If its predecessor has left a transaction open, that is aborted first, and 51 tells it to come back.
   * @throws Refusal
   */
  init(
    transactionalId: string,
    { timeoutMs, expected }: { timeoutMs: number; expected: Producer | undefined },
  ): Producer {
    if (transactionalId === '') throw refusal('invalidRequest', 'the transactional id is empty')
    const { transactionMaxTimeoutMs } = this.#context.settings
    if (timeoutMs <= 0 || timeoutMs > transactionMaxTimeoutMs)
      throw refusal(
        'invalidTransactionTimeout',
        `${timeoutMs} ms; transaction.max.timeout.ms is ${transactionMaxTimeoutMs}`,
      )
    const nowMs = this.#now()
    const known =
      this.#find(transactionalId) ??
      newTransaction(transactionalId, { producerId: this.newProducerId(), timeoutMs, nowMs })
    const next = initialized(known, { expected, timeoutMs, nowMs, newProducerId: () => this.newProducerId() })
    if (isPrepared(next)) {
      this.#prepare(next)
      throw stillCompleting(next)
    }
    this.#keep(next)
    const { producerId, producerEpoch } = next
    return { producerId, producerEpoch }
  }

  /** The transaction is about to write there. @throws Refusal */
  addPartitions(transactionalId: string, producer: Producer, partitions: readonly TopicPartition[]): void {
    const known = this.#obtain(transactionalId)
    const next = withPartitions(known, { producer, partitions, nowMs: this.#now() })
    if (next === known) return
    this.#keep(next)
    if (known.state !== 'Ongoing') this.#expectEnd(next)
  }

  /** The transaction is about to commit offsets of this group. @throws Refusal */
  addOffsets(transactionalId: string, producer: Producer, groupId: string): void {
    this.addPartitions(transactionalId, producer, [this.#offsetsOf(groupId)])
  }

  /**
   * Commits or aborts. The outcome is certain when this returns; `whenEnded` tells when all may see it.
   * @throws Refusal
   */
  end(transactionalId: string, producer: Producer, isCommit: boolean): void {
    const known = this.#obtain(transactionalId)
    const next = prepared(known, { producer, isCommit, nowMs: this.#now() })
    if (next !== known) this.#prepare(next)
  }

  /** Whether no marker of this id is outstanding. */
  hasEnded(transactionalId: string): boolean {
    return !this.#writing.has(transactionalId)
  }

  /** Calls `then` once it has; gives a way to stop waiting. */
  whenEnded(transactionalId: string, then: () => void): () => void {
    const waiting = this.#whenEnded.get(transactionalId) ?? new Set()
    this.#whenEnded.set(transactionalId, waiting.add(then))
    return () => void waiting.delete(then)
  }

  /** Whether this producer may write there as part of its transaction (KIP-890). @throws Refusal */
  verify(transactionalId: string, producer: Producer, where: TopicPartition): void {
    const known = this.#obtain(transactionalId)
    refuseProducer(known, producer)
    if (isPrepared(known)) throw stillCompleting(known)
    if (known.state !== 'Ongoing' || !includesPartition(known.partitions, where))
      throw refusal('invalidTxnState', 'Partition was not added to the transaction')
  }

  /** As `verify`, for committing offsets of this group. @throws Refusal */
  verifyOffsets(transactionalId: string, producer: Producer, groupId: string): void {
    this.verify(transactionalId, producer, this.#offsetsOf(groupId))
  }

  get(transactionalId: string): Transaction | undefined {
    return this.#find(transactionalId)
  }

  all(): Transaction[] {
    return [...this.#transactions.keys()].flatMap((id) => this.#find(id) ?? [])
  }

  snapshot(): CoordinatorSnapshot {
    return { producerIdsBelow: this.#producerIds.blockEnd, transactions: [...this.#transactions.values()] }
  }

  /** Goes on from what `snapshot` gave: what was decided is completed, what was open has its timeout. */
  restore(snapshot: CoordinatorSnapshot): void {
    this.close()
    this.#transactions.clear()
    this.#producerIds = this.#producerIdsFrom(snapshot.producerIdsBelow)
    for (const transaction of snapshot.transactions)
      this.#transactions.set(transaction.transactionalId, transaction)
    for (const transaction of snapshot.transactions) {
      if (transaction.state === 'Ongoing') this.#expectEnd(transaction)
      if (isPrepared(transaction)) this.#writeMarkers(transaction)
    }
  }

  /** Ends every timer. */
  close(): void {
    for (const timeout of this.#timeouts.values()) timeout.cancel()
    for (const writing of this.#writing.values()) writing.stop()
    this.#timeouts.clear()
    this.#writing.clear()
  }

  #offsetsOf(groupId: string): TopicPartition {
    return { topic: OFFSETS_TOPIC, partition: this.#context.offsetsPartitionOf(groupId) }
  }

  #now(): number {
    return this.#context.clock.now()
  }

  /** Forgets it first if nobody has used it for transactional.id.expiration.ms. */
  #find(transactionalId: string): Transaction | undefined {
    const known = this.#transactions.get(transactionalId)
    if (known === undefined || known.state === 'Ongoing' || isPrepared(known)) return known
    if (this.#now() - known.updatedAtMs < this.#context.settings.transactionalIdExpirationMs) return known
    this.#transactions.delete(transactionalId)
    this.#tell({ removed: transactionalId })
    return undefined
  }

  /** @throws Refusal */
  #obtain(transactionalId: string): Transaction {
    if (transactionalId === '') throw refusal('invalidRequest', 'the transactional id is empty')
    const known = this.#find(transactionalId)
    if (known === undefined)
      throw refusal('invalidProducerIdMapping', `no producer has started with ${transactionalId}`)
    return known
  }

  #keep(transaction: Transaction): void {
    this.#transactions.set(transaction.transactionalId, transaction)
    this.#tell({ transaction })
  }

  #tell(change: CoordinatorChange): void {
    for (const listener of this.#listeners) listener(change)
  }

  #producerIdsFrom(from: number): ProducerIds {
    return new ProducerIds(from, (producerIdsBelow) => this.#tell({ producerIdsBelow }))
  }

  /** A transaction times out on the millisecond; Kafka looks every ten seconds. */
  #expectEnd({ transactionalId, startedAtMs, timeoutMs }: Transaction): void {
    const timeout = this.#context.clock.at(startedAtMs + timeoutMs, () => {
      const known = this.#transactions.get(transactionalId)
      if (known?.state === 'Ongoing') this.#prepare(fencedOff(known, this.#now()))
    })
    this.#timeouts.set(transactionalId, timeout)
  }

  #prepare(transaction: Transaction): void {
    this.#timeouts.get(transaction.transactionalId)?.cancel()
    this.#timeouts.delete(transaction.transactionalId)
    this.#keep(transaction)
    this.#writeMarkers(transaction)
  }

  #writeMarkers(transaction: Transaction): void {
    const { transactionalId, producerId, producerEpoch, state, partitions } = transaction
    const isCommit = state === 'PrepareCommit'
    const marker = { producerId, producerEpoch, isCommit, coordinatorEpoch: COORDINATOR_EPOCH }
    // A topic that was deleted meanwhile has nothing to be ended.
    const written = partitions.flatMap((one) => this.#context.partition(one) ?? [])
    const { clock, realClock } = this.#context
    const writing = new MarkerWriting(marker, written, {
      clock,
      realClock,
      onDone: () => this.#complete(transaction),
    })
    this.#writing.set(transactionalId, writing)
    writing.start()
  }

  #complete(transaction: Transaction): void {
    const { transactionalId, producerId, state, partitions } = transaction
    for (const { topic, partition } of partitions) {
      if (topic === OFFSETS_TOPIC)
        this.#context.endOffsets(partition, { producerId, isCommit: state === 'PrepareCommit' })
    }
    this.#writing.delete(transactionalId)
    this.#keep(completed(transaction, this.#now()))
    const waiting = [...(this.#whenEnded.get(transactionalId) ?? [])]
    this.#whenEnded.delete(transactionalId)
    for (const then of waiting) then()
  }
}
