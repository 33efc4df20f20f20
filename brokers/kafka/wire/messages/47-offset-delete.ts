/** Removes committed offsets of a group (KIP-496). Never flexible. */
import { array, int16, int32, message, orElse, string } from '../schema.ts'

export const offsetDelete = message(47, 'OffsetDelete', '0', {
  request: {
    groupId: string('0+'),
    topics: array('0+', { name: string('0+'), partitions: array('0+', { index: int32('0+') }) }),
  },
  response: {
    errorCode: int16('0+'),
    throttleTimeMs: orElse(int32('0+'), 0),
    topics: array('0+', {
      name: string('0+'),
      partitions: array('0+', { index: int32('0+'), errorCode: int16('0+') }),
    }),
  },
})
