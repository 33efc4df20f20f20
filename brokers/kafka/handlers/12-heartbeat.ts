/**
 * Heartbeat. Served: 0-4.
 *
 * - 27 tells the member that the others join anew; 25 that it is out; 22 that the group has moved on without it.
 * - Every valid one begins the session anew.
 *
 * Version 3 adds static members, 4 is flexible.
 */
import { codeOf } from '../wire/error-code.ts'
import { heartbeat as message } from '../wire/messages/12-heartbeat.ts'
import { coordinatorError } from './coordinator.ts'
import { handler } from './handler.ts'

export const heartbeat = handler(message, { versions: '0-4' }, (call, request) => {
  const notHere = coordinatorError(call, request.groupId)
  if (notHere !== 'none') return { errorCode: codeOf(notHere) }
  const group = call.cluster.groups.get(request.groupId)
  const error =
    group === undefined ? 'unknownMemberId' : group.heartbeat(request.memberId, request.generationId)
  return { errorCode: codeOf(error) }
})
