/**
 * InitProducerId. Served: 0-4.
 *
 * - Without a transactional id: a fresh producer id with epoch 0, for an idempotent producer.
 * - With one: its producer id and the next epoch, which fences whoever had the last one. A transaction that is still open is
 *   aborted first, and 51 tells the client to come back. A timeout beyond transaction.max.timeout.ms is refused with 50.
 *
 * Version 2 is flexible, 3 lets a producer say what it had (KIP-360): if that is not the latest, it is fenced. 4 says so with
 * 90 instead of 47.
 */
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { initProducerId as message } from '../wire/messages/22-init-producer-id.ts'
import type { RequestOf } from '../wire/schema.ts'
import { demand, demandCluster, mayWriteSomewhere } from './access.ts'
import { fencedSince, refuseForeignTransaction } from './coordinator.ts'
import { attempt, type Call, handler } from './handler.ts'

type Request = RequestOf<typeof message>

export const initProducerId = handler(message, { versions: '0-4' }, (call, request) => {
  const result = attempt(() => init(call, request))
  if ('error' in result) return { errorCode: codeOf(fencedSince(4, call, result.error)) }
  return { errorCode: 0, ...result.value }
})

function init(call: Call, { transactionalId, transactionTimeoutMs, producerId, producerEpoch }: Request) {
  const { transactions } = call.cluster
  if ((producerId === -1) !== (producerEpoch === -1))
    throw refusal('invalidRequest', `producer ${producerId} with epoch ${producerEpoch}`)
  if (transactionalId === null) {
    if (!mayWriteSomewhere(call)) demandCluster(call, 'idempotentWrite')
    return { producerId: transactions.newProducerId(), producerEpoch: 0 }
  }
  demand(call, 'write', 'transactionalId', transactionalId)
  refuseForeignTransaction(call, transactionalId)
  return transactions.init(transactionalId, {
    timeoutMs: transactionTimeoutMs,
    expected: producerId === -1 ? undefined : { producerId, producerEpoch },
  })
}
