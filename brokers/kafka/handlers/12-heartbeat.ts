/**
 * Heartbeat. Served: 0-4.
 *
 * - 27 tells the member that the others join anew; 25 that it is out; 22 that the group has moved on without it; 82 that
 *   another has taken its instance id over.
 * - Every valid one begins the session anew.
 *
 * Version 3 adds static members, 4 is flexible.
 */
import { codeOf } from '../wire/error-code.ts'
import { heartbeat as message } from '../wire/messages/12-heartbeat.ts'
import { handler } from './handler.ts'

export const heartbeat = handler(message, { versions: '0-4' }, ({ cluster }, request) => {
  const group = cluster.groups.get(request.groupId)
  const error =
    request.groupId === ''
      ? 'invalidGroupId'
      : (group?.heartbeat(request, request.generationId) ?? 'unknownMemberId')
  return { errorCode: codeOf(error) }
})
