/**
 * DescribeTransactions. Served: 0-0.
 *
 * - The state of each transactional id, with the partitions of a transaction that has not ended; 105 for an unknown one.
 */
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { describeTransactions as message } from '../wire/messages/65-describe-transactions.ts'
import { demand } from './access.ts'
import { refuseForeignTransaction } from './coordinator.ts'
import { attempt, type Call, handler } from './handler.ts'

export const describeTransactions = handler(message, { versions: '0' }, (call, { transactionalIds }) => ({
  transactionStates: transactionalIds.map((transactionalId) => {
    const found = attempt(() => describe(call, transactionalId))
    return 'error' in found ? unknown(transactionalId, codeOf(found.error)) : found.value
  }),
}))

function describe(call: Call, transactionalId: string) {
  if (transactionalId === '') throw refusal('invalidRequest', 'the transactional id is empty')
  demand(call, 'describe', 'transactionalId', transactionalId)
  refuseForeignTransaction(call, transactionalId)
  const transaction = call.cluster.transactions.get(transactionalId)
  if (transaction === undefined)
    throw refusal('transactionalIdNotFound', `no transactional id ${transactionalId}`)
  const topics = Map.groupBy(transaction.partitions, ({ topic }) => topic)
  return {
    errorCode: 0,
    transactionalId,
    transactionState: transaction.state,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStartTimeMs: transaction.startedAtMs,
    producerId: transaction.producerId,
    producerEpoch: transaction.producerEpoch,
    topics: [...topics].map(([topic, all]) => ({ topic, partitions: all.map(({ partition }) => partition) })),
  }
}

function unknown(transactionalId: string, errorCode: number) {
  return {
    errorCode,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  }
}
