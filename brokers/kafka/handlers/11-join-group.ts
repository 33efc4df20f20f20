/**
 * JoinGroup. Served: 0-9.
 *
 * - Refused: an empty group id (24), a session timeout outside of what the broker allows, 6 s to 30 min (26), an unknown
 *   member id (25), protocols that the group has not in common (23), a member more than group.max.size (81).
 * - From version 4 on a new member is first told its id (79) and joins again with it.
 * - The answer comes once every member has joined, or the longest rebalance timeout has passed; who is missing is out then.
 *   Only the leader gets the list of members.
 * - A static member joins at once, under an id that begins with its instance id. If it was there before, it takes its old
 *   place without a rebalance, and its old id is fenced (82).
 *
 * Version 1 adds the rebalance timeout, 5 static members, 6 is flexible, 7 the protocol type, 8 a reason, 9 skipAssignment.
 */
import type { JoinResult } from '../model/group/member.ts'
import { refusedJoin } from '../model/group/member.ts'
import type { ErrorName } from '../wire/error-code.ts'
import { codeOf } from '../wire/error-code.ts'
import { joinGroup as message } from '../wire/messages/11-join-group.ts'
import type { RequestOf } from '../wire/schema.ts'
import { groupError } from './access.ts'
import { type Call, handler } from './handler.ts'

export const joinGroup = handler(message, { versions: '0-9' }, async (call, request) => {
  const result = await join(call, request)
  return {
    errorCode: codeOf(result.error),
    generationId: result.generationId,
    protocolType: result.protocolType,
    // Null is allowed from version 7 on.
    protocolName: result.protocolName ?? (call.version < 7 ? '' : null),
    leader: result.leader,
    skipAssignment: result.skipAssignment,
    memberId: result.memberId,
    members: result.members,
  }
})

function join(call: Call, request: RequestOf<typeof message>): Promise<JoinResult> {
  const { groupId, memberId, sessionTimeoutMs, rebalanceTimeoutMs, protocolType } = request
  const error = refusalOf(call, request)
  // Who may not join is told nothing about itself.
  const told = error === 'groupAuthorizationFailed' ? '' : memberId
  if (error !== 'none') return Promise.resolve(refusedJoin(error, told))
  const group = call.cluster.groups.obtain(groupId)
  return new Promise((resolve) => {
    group.join(
      {
        memberId,
        groupInstanceId: request.groupInstanceId,
        clientId: call.clientId,
        clientHost: call.clientHost,
        sessionTimeoutMs,
        // Version 0 has one timeout for both.
        rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? sessionTimeoutMs : rebalanceTimeoutMs,
        protocolType,
        // Copies, since the slices would keep everything alive that came in with them.
        protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
        mustKnowItsId: call.version >= 4,
        maySkipAssignment: call.version >= 9,
      },
      resolve,
    )
  })
}

function refusalOf(call: Call, request: RequestOf<typeof message>): ErrorName {
  const refused = groupError(call, 'read', request.groupId)
  if (refused !== 'none') return refused
  if (request.groupId === '') return 'invalidGroupId'
  const { sessionMsMin, sessionMsMax } = call.cluster.settings
  if (request.sessionTimeoutMs < sessionMsMin || request.sessionTimeoutMs > sessionMsMax)
    return 'invalidSessionTimeout'
  // Who names a member id belongs to a group that was there.
  if (request.memberId !== '' && call.cluster.groups.get(request.groupId) === undefined)
    return 'unknownMemberId'
  return 'none'
}
