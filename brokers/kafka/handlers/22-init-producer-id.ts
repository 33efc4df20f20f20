/**
 * InitProducerId. Served: 0-4.
 *
 * - Without a transactional id: a fresh producer id with epoch 0, for an idempotent producer.
 *
 * Version 2 is flexible, 3 lets a producer ask for its next epoch (KIP-360): it gets a fresh id.
 * Left out: a transactional id is refused with 53 until there are transactions.
 */
import { codeOf } from '../wire/error-code.ts'
import { initProducerId as message } from '../wire/messages/22-init-producer-id.ts'
import { mayOnCluster, mayWriteSomewhere } from './access.ts'
import { handler } from './handler.ts'

export const initProducerId = handler(message, { versions: '0-4' }, (call, request) => {
  if (request.transactionalId !== null) return { errorCode: codeOf('transactionalIdAuthorizationFailed') }
  if (!mayOnCluster(call, 'idempotentWrite') && !mayWriteSomewhere(call))
    return { errorCode: codeOf('clusterAuthorizationFailed') }
  return { errorCode: 0, producerId: call.cluster.newProducerId(), producerEpoch: 0 }
})
