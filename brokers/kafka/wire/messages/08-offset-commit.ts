/** Stores a group's offsets. Version 8 is the first flexible one. */
import { array, int16, int32, int64, message, nullable, orElse, string } from '../schema.ts'

export const offsetCommit = message(8, 'OffsetCommit', '1-8', {
  flexibleSince: 8,
  request: {
    groupId: string('0+'),
    generationId: orElse(int32('1+'), -1),
    memberId: orElse(string('1+'), ''),
    groupInstanceId: orElse(nullable(string('7+')), null),
    retentionTimeMs: orElse(int64('2-4'), -1),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        committedOffset: int64('0+'),
        committedLeaderEpoch: orElse(int32('6+'), -1),
        commitTimestamp: orElse(int64('1'), -1),
        committedMetadata: nullable(string('0+')),
      }),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('3+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), errorCode: int16('0+') }),
    }),
  },
})
