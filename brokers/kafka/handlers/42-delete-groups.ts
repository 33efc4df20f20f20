/**
 * DeleteGroups. Served: 0-2.
 *
 * - Only a group without members can be deleted (68); an unknown one gets 69.
 *
 * Version 2 is flexible.
 */
import { codeOf } from '../wire/error-code.ts'
import { deleteGroups as message } from '../wire/messages/42-delete-groups.ts'
import { coordinatorError } from './coordinator.ts'
import { handler, outcomeOf } from './handler.ts'

export const deleteGroups = handler(message, { versions: '0-2' }, (call, request) => ({
  results: request.groups.map((groupId) => {
    const notHere = coordinatorError(call, groupId)
    if (notHere !== 'none') return { groupId, errorCode: codeOf(notHere) }
    return { groupId, errorCode: outcomeOf(() => call.cluster.deleteGroup(groupId)).errorCode }
  }),
}))
