/** Hands the leader's assignment in, and gets one's own out. Version 4 is the first flexible one. */
import { array, bytes, int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const syncGroup = message(14, 'SyncGroup', '0-5', {
  flexibleSince: 4,
  request: {
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: orElse(nullable(string('3+')), null),
    protocolType: orElse(nullable(string('5+')), null),
    protocolName: orElse(nullable(string('5+')), null),
    assignments: array('0+', { memberId: string('0+'), assignment: bytes('0+') }),
  },
  response: {
    throttleTimeMs: orElse(int32('1+'), 0),
    errorCode: int16('0+'),
    protocolType: orElse(nullable(string('5+')), null),
    protocolName: orElse(nullable(string('5+')), null),
    assignment: bytes('0+'),
  },
})
