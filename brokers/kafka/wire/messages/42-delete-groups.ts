/** Deletes groups that have no members. Version 2 is the first flexible one. */
import { array, arrayOf, int16, int32, message, orElse, string } from '../schema.ts'

export const deleteGroups = message(42, 'DeleteGroups', '0-2', {
  flexibleSince: 2,
  request: { groups: arrayOf(string('0+')) },
  response: {
    throttleTimeMs: orElse(int32('0+'), 0),
    results: array('0+', { groupId: string('0+'), errorCode: int16('0+') }),
  },
})
