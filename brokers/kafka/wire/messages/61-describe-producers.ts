/** Asks what partitions know of their producers (KIP-664). Every version is flexible. */
import { array, arrayOf, int16, int32, int64, message, nullable, orElse, string } from '../schema.ts'

export const describeProducers = message(61, 'DescribeProducers', '0', {
  flexibleSince: 0,
  request: { topics: array('0+', { name: string('0+'), partitions: arrayOf(int32('0+')) }) },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        errorCode: int16('0+'),
        errorMessage: orElse(nullable(string('0+')), null),
        activeProducers: array('0+', {
          producerId: int64('0+'),
          producerEpoch: int32('0+'),
          lastSequence: orElse(int32('0+'), -1),
          lastTimestamp: orElse(int64('0+'), -1),
          coordinatorEpoch: int32('0+'),
          currentTxnStartOffset: orElse(int64('0+'), -1),
        }),
      }),
    }),
  },
})
