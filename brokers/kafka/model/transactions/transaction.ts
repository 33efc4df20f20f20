/**
 * What the coordinator knows of one transactional id, and what may follow from it (KIP-98, KIP-360). Nothing here happens by
 * itself: the coordinator asks, and keeps what it is given.
 */
import { refusal } from '../../refusal.ts'

/** As Kafka's tools show it. */
export const transactionStates = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
] as const
export type TransactionState = (typeof transactionStates)[number]

/** The topic that Kafka keeps groups' offsets in. */
export const OFFSETS_TOPIC = '__consumer_offsets'

/** A partition of a topic; groups' offsets count as partitions of `__consumer_offsets`. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** Plain data: it is kept as it stands. */
export interface Transaction {
  readonly transactionalId: string
  readonly producerId: number
  /** The one before its epochs were used up; -1: none. */
  readonly previousProducerId: number
  /** -1 until a producer has been given one. */
  readonly producerEpoch: number
  /** The one that a producer may still hold that was not answered, or timed out; -1: none. */
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly state: TransactionState
  readonly partitions: readonly TopicPartition[]
  /** Of the transaction; -1: there has been none since the producer started. */
  readonly startedAtMs: number
  readonly updatedAtMs: number
}

/** Who asks: a producer with what it was given. */
export interface Producer {
  readonly producerId: number
  readonly producerEpoch: number
}

/** An epoch is an int16, and the last one is kept for fencing. */
const EPOCH_MAX = 0x7fff - 1

export function newTransaction(
  transactionalId: string,
  { producerId, timeoutMs, nowMs }: { producerId: number; timeoutMs: number; nowMs: number },
): Transaction {
  return {
    transactionalId,
    producerId,
    previousProducerId: -1,
    producerEpoch: -1,
    lastProducerEpoch: -1,
    timeoutMs,
    state: 'Empty',
    partitions: [],
    startedAtMs: -1,
    updatedAtMs: nowMs,
  }
}

export const isPrepared = ({ state }: Transaction) => state === 'PrepareCommit' || state === 'PrepareAbort'

const isExhausted = ({ producerEpoch }: Transaction) => producerEpoch >= EPOCH_MAX

/**
 * A producer starts, or starts again: the next epoch fences whoever held this one, a used up producer id is replaced.
 * `expected` is what a producer gives that has been here before (KIP-360): asked twice, it is answered the same. A transaction
 * that is still open has to be aborted first, which the answer then says, whatever epoch is expected.
 * @throws Refusal if another producer has started meanwhile (90), or the last transaction is still being completed (51)
 */
export function initialized(
  transaction: Transaction,
  options: { expected: Producer | undefined; timeoutMs: number; nowMs: number; newProducerId: () => number },
): Transaction {
  const { expected, timeoutMs, nowMs } = options
  if (expected !== undefined && !mayExpect(transaction, expected.producerId)) throw fenced(transaction)
  if (isPrepared(transaction)) throw stillCompleting(transaction)
  if (transaction.state === 'Ongoing') return fencedOff(transaction, nowMs)
  const { producerEpoch, lastProducerEpoch } = transaction
  const isCurrent = expected === undefined || expected.producerEpoch === producerEpoch
  const next = {
    ...transaction,
    state: 'Empty' as const,
    partitions: [],
    startedAtMs: -1,
    timeoutMs,
    updatedAtMs: nowMs,
  }
  if (isExhausted(transaction) && isCurrent) {
    return {
      ...next,
      producerId: options.newProducerId(),
      previousProducerId: transaction.producerId,
      producerEpoch: 0,
      lastProducerEpoch: expected === undefined ? -1 : producerEpoch,
    }
  }
  if (expected === undefined) return { ...next, producerEpoch: producerEpoch + 1, lastProducerEpoch: -1 }
  if (isCurrent || producerEpoch === -1)
    return { ...next, producerEpoch: producerEpoch + 1, lastProducerEpoch: producerEpoch }
  // Its answer was lost, or its transaction timed out: it gets the epoch that is its own already.
  if (expected.producerEpoch === lastProducerEpoch) return next
  throw fenced(transaction)
}

/** Takes partitions in, and begins the transaction if need be. @throws Refusal */
export function withPartitions(
  transaction: Transaction,
  options: { producer: Producer; partitions: readonly TopicPartition[]; nowMs: number },
): Transaction {
  const { producer, partitions, nowMs } = options
  refuseProducer(transaction, producer)
  if (isPrepared(transaction)) throw stillCompleting(transaction)
  const isOngoing = transaction.state === 'Ongoing'
  const has = isOngoing ? transaction.partitions : []
  const added = partitions.filter((one) => !includesPartition(has, one))
  if (isOngoing && added.length === 0) return transaction
  return {
    ...transaction,
    state: 'Ongoing',
    partitions: [...has, ...added],
    startedAtMs: isOngoing ? transaction.startedAtMs : nowMs,
    updatedAtMs: nowMs,
  }
}

/** The outcome is decided and only has to be written. Unchanged if it has been written already. @throws Refusal */
export function prepared(
  transaction: Transaction,
  { producer, isCommit, nowMs }: { producer: Producer; isCommit: boolean; nowMs: number },
): Transaction {
  refuseProducer(transaction, producer)
  const { state } = transaction
  const [prepare, complete] = isCommit
    ? (['PrepareCommit', 'CompleteCommit'] as const)
    : (['PrepareAbort', 'CompleteAbort'] as const)
  if (state === 'Ongoing') return { ...transaction, state: prepare, updatedAtMs: nowMs }
  if (state === complete) return transaction
  if (state === prepare) throw stillCompleting(transaction)
  throw refusal('invalidTxnState', `transaction ${transaction.transactionalId} is ${state}`)
}

/** Its producer has timed out, or starts anew: it is aborted in an epoch of its own, so that nothing of it comes late. */
export function fencedOff(transaction: Transaction, nowMs: number): Transaction {
  const { producerEpoch } = transaction
  return {
    ...transaction,
    state: 'PrepareAbort',
    producerEpoch: producerEpoch + 1,
    lastProducerEpoch: producerEpoch,
    updatedAtMs: nowMs,
  }
}

/** Every partition has its marker. */
export function completed(transaction: Transaction, nowMs: number): Transaction {
  const state = transaction.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
  return { ...transaction, state, partitions: [], updatedAtMs: nowMs }
}

export function includesPartition(partitions: readonly TopicPartition[], one: TopicPartition): boolean {
  return partitions.some(({ topic, partition }) => topic === one.topic && partition === one.partition)
}

/** @throws Refusal for another producer's id (49), or an epoch that is not the current one (90) */
export function refuseProducer(transaction: Transaction, { producerId, producerEpoch }: Producer): void {
  if (transaction.producerId !== producerId) {
    const { transactionalId } = transaction
    throw refusal(
      'invalidProducerIdMapping',
      `${transactionalId} has producer ${transaction.producerId}, not ${producerId}`,
    )
  }
  if (transaction.producerEpoch !== producerEpoch) throw fenced(transaction)
}

export function stillCompleting({ transactionalId }: Transaction) {
  return refusal('concurrentTransactions', `the last transaction of ${transactionalId} is being completed`)
}

function mayExpect(transaction: Transaction, producerId: number): boolean {
  const { producerEpoch, previousProducerId } = transaction
  return producerEpoch === -1 || producerId === transaction.producerId || producerId === previousProducerId
}

function fenced({ transactionalId, producerEpoch }: Transaction) {
  return refusal('producerFenced', `${transactionalId} is at epoch ${producerEpoch}`)
}
