/** Asks for a group's offsets. Version 6 is the first flexible one; version 8 asks for many groups at once. */
import { array, arrayOf, boolean, int16, int32, int64, message, nullable, orElse, string } from '../schema.ts'

/** The same rows stand in the answer to one group, and in each group of many. */
const topicRows = {
  name: string('0+'),
  partitions: array('0+', {
    index: int32('0+'),
    committedOffset: int64('0+'),
    committedLeaderEpoch: orElse(int32('5+'), -1),
    metadata: nullable(string('0+')),
    errorCode: int16('0+'),
  }),
} as const

export const offsetFetch = message(9, 'OffsetFetch', '1-8', {
  flexibleSince: 6,
  request: {
    groupId: orElse(string('0-7'), ''),
    topics: orElse(nullable(array('0-7', { name: string('0+'), partitions: arrayOf(int32('0+')) })), null),
    groups: orElse(
      array('8+', {
        groupId: string('8+'),
        topics: nullable(array('8+', { name: string('8+'), partitions: arrayOf(int32('8+')) })),
      }),
      [],
    ),
    requireStable: orElse(boolean('7+'), false),
  },
  response: {
    throttleTimeMs: orElse(int32('3+'), 0),
    topics: orElse(array('0-7', topicRows), []),
    errorCode: orElse(int16('2-7'), 0),
    groups: orElse(
      array('8+', { groupId: string('8+'), topics: array('8+', topicRows), errorCode: int16('8+') }),
      [],
    ),
  },
})
