/**
 * Heartbeat. Served: 0-4.
 *
 * - 27 tells the member that the others join anew; 25 that it is out; 22 that the group has moved on without it; 82 that
 *   another has taken its instance id over.
 * - Every valid one begins the session anew.
 *
 * Version 3 adds static members, 4 is flexible.
 */
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { heartbeat as message } from '../wire/messages/12-heartbeat.ts'
import type { RequestOf } from '../wire/schema.ts'
import { groupError } from './access.ts'
import { type Call, handler } from './handler.ts'

export const heartbeat = handler(message, { versions: '0-4' }, (call, request) => ({
  errorCode: codeOf(errorOf(call, request)),
}))

function errorOf(call: Call, request: RequestOf<typeof message>): ErrorName {
  const { groupId, generationId } = request
  const refused = groupError(call, 'read', groupId)
  if (refused !== 'none') return refused
  if (groupId === '') return 'invalidGroupId'
  return call.cluster.groups.get(groupId)?.heartbeat(request, generationId) ?? 'unknownMemberId'
}
