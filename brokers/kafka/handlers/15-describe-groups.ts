/**
 * DescribeGroups. Served: 0-6.
 *
 * - An unknown group is described as Dead, before version 6 without an error, from then on with 69 (KIP-1043).
 *
 * Version 3 tells what the client may do (KIP-430), 4 static members, 5 is flexible.
 */
import type { Group } from '../model/group/group.ts'
import { metadataOf } from '../model/group/member.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { describeGroups as message } from '../wire/messages/15-describe-groups.ts'
import { authorizedOperations, groupError } from './access.ts'
import { type Call, handler } from './handler.ts'

export const describeGroups = handler(message, { versions: '0-6' }, (call, request) => ({
  groups: request.groups.map((groupId) => {
    const refused = groupError(call, 'describe', groupId)
    if (refused !== 'none') return nothing(groupId, refused, '')
    const group = call.cluster.groups.get(groupId)
    return {
      ...(group === undefined ? unknown(call, groupId) : described(group)),
      ...(request.includeAuthorizedOperations
        ? { authorizedOperations: authorizedOperations(call, 'group', groupId) }
        : {}),
    }
  }),
}))

function unknown({ version }: Call, groupId: string) {
  if (version < 6) return nothing(groupId, 'none', 'Dead')
  return { ...nothing(groupId, 'groupIdNotFound', 'Dead'), errorMessage: `Group ${groupId} not found.` }
}

function nothing(groupId: string, error: ErrorName, groupState: string) {
  return { errorCode: codeOf(error), groupId, groupState, protocolType: '', protocolData: '', members: [] }
}

function described(group: Group) {
  // What members agreed on is shown only while it holds.
  const protocolData = group.state === 'Stable' ? group.protocolName : ''
  return {
    errorCode: 0,
    groupId: group.id,
    groupState: group.state,
    protocolType: group.protocolType,
    protocolData,
    members: [...group.members].map((member) => ({
      memberId: member.id,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: metadataOf(member, protocolData),
      memberAssignment: member.assignment,
    })),
  }
}
