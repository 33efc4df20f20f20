/**
 * OffsetDelete. Served: 0.
 *
 * - Forgets what a group has committed for partitions. Of a topic that one of its members consumes it is refused with 86, of a
 *   partition that there is not with 3.
 * - An empty group id gets 24, an unknown group 69, a group with members that are no consumers 68.
 */
import type { Cluster } from '../model/cluster.ts'
import type { Group } from '../model/group/group.ts'
import { CONSUMER } from '../model/group/subscription.ts'
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { offsetDelete as message } from '../wire/messages/47-offset-delete.ts'
import { demand, groupError } from './access.ts'
import { attempt, handler, outcomeOf } from './handler.ts'

export const offsetDelete = handler(message, { versions: '0' }, (call, request) => {
  const { cluster } = call
  const refused = groupError(call, 'delete', request.groupId)
  if (refused !== 'none') return { errorCode: codeOf(refused), topics: [] }
  const found = attempt(() => groupOf(cluster, request.groupId))
  if ('error' in found) return { errorCode: codeOf(found.error), topics: [] }
  const group = found.value
  return {
    errorCode: 0,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index }) => {
        const { errorCode } = outcomeOf(() => {
          demand(call, 'read', 'topic', name)
          cluster.partition(name, index)
          if (group.isSubscribedTo(name))
            throw refusal('groupSubscribedToTopic', 'A member of the group consumes this topic.')
          group.offsets.delete(name, index)
        })
        return { index, errorCode }
      }),
    })),
  }
})

function groupOf({ groups }: Cluster, id: string): Group {
  if (id === '') throw refusal('invalidGroupId', 'The group id is empty.')
  const group = groups.get(id)
  if (group === undefined) throw refusal('groupIdNotFound', `Group ${id} not found.`)
  if (group.state !== 'Empty' && group.protocolType !== CONSUMER)
    throw refusal('nonEmptyGroup', 'The group is not empty.')
  return group
}
