/**
 * Ends transactions on partitions, whatever their coordinator thinks of them: sent by coordinators, and by an admin who aborts
 * a transaction that hangs. Version 1 is the first flexible one.
 */
import { array, arrayOf, boolean, int16, int32, int64, message, string } from '../schema.ts'

export const writeTxnMarkers = message(27, 'WriteTxnMarkers', '1', {
  flexibleSince: 1,
  request: {
    markers: array('1+', {
      producerId: int64('1+'),
      producerEpoch: int16('1+'),
      transactionResult: boolean('1+'),
      topics: array('1+', { name: string('1+'), partitions: arrayOf(int32('1+')) }),
      coordinatorEpoch: int32('1+'),
    }),
  },
  response: {
    markers: array('1+', {
      producerId: int64('1+'),
      topics: array('1+', {
        name: string('1+'),
        partitions: array('1+', { index: int32('1+'), errorCode: int16('1+') }),
      }),
    }),
  },
})
