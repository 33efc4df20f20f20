/** Asks where an epoch of a partition's leaders ended (KIP-101, KIP-320). Version 4 is the first flexible one. */
import { array, int16, int32, int64, message, orElse, string } from '../schema.ts'

export const offsetForLeaderEpoch = message(23, 'OffsetForLeaderEpoch', '2-4', {
  flexibleSince: 4,
  request: {
    replicaId: orElse(int32('3+'), -2),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        currentLeaderEpoch: orElse(int32('2+'), -1),
        leaderEpoch: int32('0+'),
      }),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('2+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        errorCode: int16('0+'),
        index: int32('0+'),
        leaderEpoch: orElse(int32('1+'), -1),
        endOffset: orElse(int64('0+'), -1),
      }),
    }),
  },
})
