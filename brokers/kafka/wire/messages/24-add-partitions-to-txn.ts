/** Tells the coordinator which partitions a transaction is about to write to (KIP-98). Version 3 is the first flexible one. */
import { array, arrayOf, int16, int32, int64, message, orElse, string } from '../schema.ts'

export const addPartitionsToTxn = message(24, 'AddPartitionsToTxn', '0-3', {
  flexibleSince: 3,
  request: {
    transactionalId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    topics: array('0+', { name: string('0+'), partitions: arrayOf(int32('0+')) }),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), errorCode: int16('0+') }),
    }),
  },
})
