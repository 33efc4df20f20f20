/** Asks for the members of groups. Version 5 is the first flexible one, 6 adds the message of an error. */
import { array, arrayOf, boolean, bytes, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const describeGroups = message(15, 'DescribeGroups', '0-6', {
  flexibleSince: 5,
  request: {
    groups: arrayOf(string('0+')),
    includeAuthorizedOperations: orElse(boolean('3+'), false),
  },
  response: {
    throttleTimeMs: orElse(int32('1+'), 0),
    groups: array('0+', {
      errorCode: int16('0+'),
      errorMessage: orElse(nullable(string('6+')), null),
      groupId: string('0+'),
      groupState: string('0+'),
      protocolType: string('0+'),
      protocolData: string('0+'),
      members: array('0+', {
        memberId: string('0+'),
        groupInstanceId: orElse(nullable(string('4+')), null),
        clientId: string('0+'),
        clientHost: string('0+'),
        memberMetadata: bytes('0+'),
        memberAssignment: bytes('0+'),
      }),
      authorizedOperations: orElse(int32('3+'), -2_147_483_648),
    }),
  },
})
