/** Says that a member is alive. Version 4 is the first flexible one. */
import { int16, int32, message, nullable, orElse, string } from '../schema.ts'

export const heartbeat = message(12, 'Heartbeat', '0-4', {
  flexibleSince: 4,
  request: {
    groupId: string('0+'),
    generationId: int32('0+'),
    memberId: string('0+'),
    groupInstanceId: orElse(nullable(string('3+')), null),
  },
  response: { throttleTimeMs: orElse(int32('1+'), 0), errorCode: int16('0+') },
})
