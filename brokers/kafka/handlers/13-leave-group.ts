/**
 * LeaveGroup. Served: 0-5.
 *
 * - Removes members, and the others join anew. Unknown ones are answered with 25.
 *
 * Version 3 takes a list and answers for each, 4 is flexible, 5 adds a reason.
 */
import { codeOf } from '../wire/error-code.ts'
import { leaveGroup as message } from '../wire/messages/13-leave-group.ts'
import { coordinatorError } from './coordinator.ts'
import { handler } from './handler.ts'

export const leaveGroup = handler(message, { versions: '0-5' }, (call, request) => {
  const notHere = coordinatorError(call, request.groupId)
  if (notHere !== 'none') return { errorCode: codeOf(notHere), members: [] }
  const group = call.cluster.groups.get(request.groupId)
  const leave = (memberId: string) => codeOf(group === undefined ? 'unknownMemberId' : group.leave(memberId))
  if (call.version < 3) return { errorCode: leave(request.memberId) }
  return {
    errorCode: 0,
    members: request.members.map(({ memberId, groupInstanceId }) => ({
      memberId,
      groupInstanceId,
      errorCode: leave(memberId),
    })),
  }
})
