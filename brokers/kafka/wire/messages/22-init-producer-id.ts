/** Asks for a producer id (KIP-98). Version 2 is the first flexible one. */
import { int16, int32, int64, message, nullable, orElse, string } from '../schema.ts'

export const initProducerId = message(22, 'InitProducerId', '0-4', {
  flexibleSince: 2,
  request: {
    transactionalId: nullable(string('0+')),
    transactionTimeoutMs: int32('0+'),
    producerId: orElse(int64('3+'), -1),
    producerEpoch: orElse(int16('3+'), -1),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    errorCode: int16('0+'),
    producerId: orElse(int64('0+'), -1),
    producerEpoch: orElse(int16('0+'), -1),
  },
})
