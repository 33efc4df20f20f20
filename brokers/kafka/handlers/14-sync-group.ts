/**
 * SyncGroup. Served: 0-5.
 *
 * - Followers wait until the leader has handed the assignment in; in a stable group everybody gets what is stored.
 * - Refused: an unknown member (25), one whose instance id another has taken over (82), another generation (22), another
 *   protocol (23), while members join anew (27).
 *
 * Version 3 adds static members, 4 is flexible, 5 adds the protocol.
 */
import { refusedSync, type SyncResult } from '../model/group/member.ts'
import { codeOf } from '../wire/error-code.ts'
import { syncGroup as message } from '../wire/messages/14-sync-group.ts'
import { groupError } from './access.ts'
import { handler } from './handler.ts'

export const syncGroup = handler(message, { versions: '0-5' }, async (call, request) => {
  const refused = groupError(call, 'read', request.groupId)
  const group = call.cluster.groups.get(request.groupId)
  const assignments = new Map(
    request.assignments.map(({ memberId, assignment }) => [memberId, assignment] as const),
  )
  const result = await new Promise<SyncResult>((resolve) => {
    if (refused !== 'none') resolve(refusedSync(refused))
    else if (request.groupId === '') resolve(refusedSync('invalidGroupId'))
    else if (group === undefined) resolve(refusedSync('unknownMemberId'))
    else group.sync(request, assignments, resolve)
  })
  const { error, protocolType, protocolName, assignment } = result
  return { errorCode: codeOf(error), protocolType, protocolName, assignment }
})
