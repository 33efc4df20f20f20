/** Asks to be a member of a group. Version 6 is the first flexible one. */
import { array, boolean, bytes, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const joinGroup = message(11, 'JoinGroup', '0-9', {
  flexibleSince: 6,
  request: {
    groupId: string('0+'),
    sessionTimeoutMs: int32('0+'),
    rebalanceTimeoutMs: orElse(int32('1+'), -1),
    memberId: string('0+'),
    groupInstanceId: orElse(nullable(string('5+')), null),
    protocolType: string('0+'),
    protocols: array('0+', { name: string('0+'), metadata: bytes('0+') }),
    reason: orElse(nullable(string('8+')), null),
  },
  response: {
    throttleTimeMs: orElse(int32('2+'), 0),
    errorCode: int16('0+'),
    generationId: orElse(int32('0+'), -1),
    protocolType: orElse(nullable(string('7+')), null),
    protocolName: nullable(string('0+')),
    leader: string('0+'),
    skipAssignment: orElse(boolean('9+'), false),
    memberId: string('0+'),
    members: array('0+', {
      memberId: string('0+'),
      groupInstanceId: orElse(nullable(string('5+')), null),
      metadata: bytes('0+'),
    }),
  },
})
