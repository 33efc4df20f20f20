/** Asks in which state transactions are (KIP-664). Every version is flexible. */
import { array, arrayOf, int16, int32, int64, message, orElse, string } from '../schema.ts'

export const describeTransactions = message(65, 'DescribeTransactions', '0', {
  flexibleSince: 0,
  request: { transactionalIds: arrayOf(string('0+')) },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    transactionStates: array('0+', {
      errorCode: int16('0+'),
      transactionalId: string('0+'),
      transactionState: string('0+'),
      transactionTimeoutMs: int32('0+'),
      transactionStartTimeMs: int64('0+'),
      producerId: int64('0+'),
      producerEpoch: int16('0+'),
      topics: array('0+', { topic: string('0+'), partitions: arrayOf(int32('0+')) }),
    }),
  },
})
