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
import { handler } from './handler.ts'

export const initProducerId = handler(message, { versions: '0-4' }, ({ cluster }, request) => {
  if (request.transactionalId !== null) return { errorCode: codeOf('transactionalIdAuthorizationFailed') }
  return { errorCode: 0, producerId: cluster.newProducerId(), producerEpoch: 0 }
})
