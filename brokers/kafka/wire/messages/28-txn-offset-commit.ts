/** Commits a group's offsets within a transaction. Version 3 is the first flexible one and adds the member (KIP-447). */
import { array, int16, int32, int64, message, nullable, orElse, string } from '../schema.ts'

export const txnOffsetCommit = message(28, 'TxnOffsetCommit', '0-3', {
  flexibleSince: 3,
  request: {
    transactionalId: string('0+'),
    groupId: string('0+'),
    producerId: int64('0+'),
    producerEpoch: int16('0+'),
    generationId: orElse(int32('3+'), -1),
    memberId: orElse(string('3+'), ''),
    groupInstanceId: orElse(nullable(string('3+')), null),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', {
        index: int32('0+'),
        committedOffset: int64('0+'),
        committedLeaderEpoch: orElse(int32('2+'), -1),
        committedMetadata: nullable(string('0+')),
      }),
    }),
  },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), errorCode: int16('0+') }),
    }),
  },
})
