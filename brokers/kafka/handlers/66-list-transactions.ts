/**
 * ListTransactions. Served: 0-1.
 *
 * - The transactional ids that this node looks after, by state, producer and age. States that there are not are named.
 *
 * Version 1 adds the age (KIP-994).
 */
import { type Transaction, transactionStates } from '../model/transactions/transaction.ts'
import { listTransactions as message } from '../wire/messages/66-list-transactions.ts'
import type { RequestOf } from '../wire/schema.ts'
import { may } from './access.ts'
import { handler } from './handler.ts'

/** States of Kafka that nothing here is ever in. */
const OTHER_STATES = ['Dead', 'PrepareEpochFence']

export const listTransactions = handler(message, { versions: '0-1' }, (call, request) => {
  const { cluster, node } = call
  const known = new Set<string>([...transactionStates, ...OTHER_STATES])
  return {
    errorCode: 0,
    unknownStateFilters: request.stateFilters.filter((state) => !known.has(state)),
    transactionStates: cluster.transactions
      .all()
      .filter(({ transactionalId }) => cluster.coordinatorOf(transactionalId, 'transaction') === node)
      .filter(({ transactionalId }) => may(call, 'describe', 'transactionalId', transactionalId))
      .filter((transaction) => matches(transaction, request, cluster.clock.now()))
      .map(({ transactionalId, producerId, state }) => ({
        transactionalId,
        producerId,
        transactionState: state,
      })),
  }
})

function matches(
  { state, producerId, startedAtMs }: Transaction,
  { stateFilters, producerIdFilters, durationFilter }: RequestOf<typeof message>,
  nowMs: number,
): boolean {
  if (stateFilters.length > 0 && !stateFilters.includes(state)) return false
  if (producerIdFilters.length > 0 && !producerIdFilters.includes(producerId)) return false
  return durationFilter < 0 || nowMs - startedAtMs > durationFilter
}
