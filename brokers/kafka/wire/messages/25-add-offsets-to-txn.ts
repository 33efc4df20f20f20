/** Tells the coordinator for which group a transaction is about to commit offsets. Version 3 is the first flexible one. */
import { int16, int32, int64, message, orElse, string } from '../schema.ts'

export const addOffsetsToTxn = message(25, 'AddOffsetsToTxn', '0-3', {
  flexibleSince: 3,
  request: {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    groupId: string('0+'),
  },
  response: { throttleTimeMs: orElse(int32('0+'), 0), errorCode: int16('0+') },
})
