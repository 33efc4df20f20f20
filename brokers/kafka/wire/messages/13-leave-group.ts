/** Says that members leave a group. Version 3 takes a list, 4 is the first flexible one. */
import { array, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const leaveGroup = message(13, 'LeaveGroup', '0-5', {
  flexibleSince: 4,
  request: {
    groupId: string('0+'),
    memberId: orElse(string('0-2'), ''),
    members: orElse(
      array('3+', {
        memberId: string('3+'),
        groupInstanceId: nullable(string('3+')),
        reason: orElse(nullable(string('5+')), null),
      }),
      [],
    ),
  },
  response: {
    throttleTimeMs: orElse(int32('1+'), 0),
    errorCode: int16('0+'),
    members: orElse(
      array('3+', {
        memberId: string('3+'),
        groupInstanceId: nullable(string('3+')),
        errorCode: int16('3+'),
      }),
      [],
    ),
  },
})
