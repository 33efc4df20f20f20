/**
 * ListPartitionReassignments. Served: 0.
 *
 * - Tells which partitions are on their way to other nodes, of those that are named, or of all (null).
 */
import type { Topic } from '../model/topic.ts'
import { listPartitionReassignments as message } from '../wire/messages/46-list-partition-reassignments.ts'
import type { RequestOf } from '../wire/schema.ts'
import { demandByRequest } from './access.ts'
import { handler, outcomeOf } from './handler.ts'

type Asked = RequestOf<typeof message>['topics']

export const listPartitionReassignments = handler(message, { versions: '0' }, (call, request) => {
  const allowed = outcomeOf(() => demandByRequest(call, 'describe'))
  const topics = allowed.errorCode === 0 ? [...call.cluster.topics.values()] : []
  const moving = topics.map((topic) => ({ name: topic.name, partitions: moves(topic, request.topics) }))
  return { ...allowed, topics: moving.filter(({ partitions }) => partitions.length > 0) }
})

function moves({ name, partitions }: Topic, asked: Asked) {
  const isAsked = (index: number) =>
    asked === null || asked.some((one) => one.name === name && one.partitions.includes(index))
  return partitions.flatMap(({ index, replicas, move }) => {
    if (move === undefined || !isAsked(index)) return []
    const { from, to } = move
    return {
      index,
      replicas,
      addingReplicas: to.filter((id) => !from.includes(id)),
      removingReplicas: from.filter((id) => !to.includes(id)),
    }
  })
}
