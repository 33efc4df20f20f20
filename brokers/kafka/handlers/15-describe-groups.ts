/**
 * DescribeGroups. Served: 0-5.
 *
 * - An unknown group is described as Dead, without an error.
 *
 * Version 3 adds authorized operations (not told), 4 static members, 5 is flexible.
 */
import { metadataOf } from '../model/group/member.ts'
import { describeGroups as message } from '../wire/messages/15-describe-groups.ts'
import { handler } from './handler.ts'

export const describeGroups = handler(message, { versions: '0-5' }, ({ cluster }, request) => ({
  groups: request.groups.map((groupId) => {
    const group = cluster.groups.get(groupId)
    if (group === undefined) {
      return { errorCode: 0, groupId, groupState: 'Dead', protocolType: '', protocolData: '', members: [] }
    }
    // What members agreed on is shown only while it holds.
    const protocolData = group.state === 'Stable' ? group.protocolName : ''
    return {
      errorCode: 0,
      groupId,
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
  }),
}))
