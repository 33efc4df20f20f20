/** Asks for the offset at a time, or at either end. Version 6 is the first flexible one. */
import { array, int8, int16, int32, int64, message, orElse, string } from '../schema.ts'

export const listOffsets = message(2, 'ListOffsets', '1-7', {
  flexibleSince: 6,
  request: {
    replicaId: orElse(int32('0+'), -1),
    isolationLevel: orElse(int8('2+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        currentLeaderEpoch: orElse(int32('4+'), -1),
        timestamp: int64('0+'),
      }),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('2+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        errorCode: int16('0+'),
        timestamp: orElse(int64('1+'), -1),
        offset: orElse(int64('1+'), -1),
        leaderEpoch: orElse(int32('4+'), -1),
      }),
    }),
  },
})
