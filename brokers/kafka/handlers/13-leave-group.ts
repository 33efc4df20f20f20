/**
 * LeaveGroup. Served: 0-5.
 *
 * - Removes members, and the others join anew. Unknown ones are answered with 25, an old id of a static one with 82.
 * - A static member may be named by its instance id alone: so an admin removes one that is not coming back.
 *
 * Version 3 takes a list and answers for each, 4 is flexible, 5 adds a reason.
 */
import type { MemberIdentity } from '../model/group/member.ts'
import { codeOf } from '../wire/error-code.ts'
import { leaveGroup as message } from '../wire/messages/13-leave-group.ts'
import { groupError } from './access.ts'
import { type Call, handler } from './handler.ts'

export const leaveGroup = handler(message, { versions: '0-5' }, (call, request) => {
  const { groupId, memberId } = request
  const refused = groupError(call, 'read', groupId)
  if (refused !== 'none') return { errorCode: codeOf(refused) }
  if (groupId === '') return { errorCode: codeOf('invalidGroupId') }
  if (call.version < 3) {
    const [errorCode = 0] = leave(call, groupId, [{ memberId, groupInstanceId: null }])
    return { errorCode }
  }
  const errorCodes = leave(call, groupId, request.members)
  return {
    errorCode: 0,
    members: request.members.map((member, at) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      errorCode: errorCodes[at] ?? 0,
    })),
  }
})

function leave({ cluster }: Call, groupId: string, members: readonly MemberIdentity[]): number[] {
  const group = cluster.groups.get(groupId)
  return (group?.leave(members) ?? members.map(() => 'unknownMemberId' as const)).map(codeOf)
}
