/** Asks which groups this broker looks after. Version 3 is the first flexible one, 4 filters by state, 5 by kind. */
import { array, arrayOf, int16, int32, message, orElse, string } from '../schema.ts'

export const listGroups = message(16, 'ListGroups', '0-5', {
  flexibleSince: 3,
  request: {
    statesFilter: orElse(arrayOf(string('4+')), []),
    typesFilter: orElse(arrayOf(string('5+')), []),
  },
  response: {
    throttleTimeMs: orElse(int32('1+'), 0),
    errorCode: int16('0+'),
    groups: array('0+', {
      groupId: string('0+'),
      protocolType: string('0+'),
      groupState: orElse(string('4+'), ''),
      groupType: orElse(string('5+'), ''),
    }),
  },
})
