/**
 * AlterPartitionReassignments. Served: 0.
 *
 * - Moves a partition to other nodes. An unknown partition gets 3; nodes that there are not, named twice, or none at all 39.
 * - Null calls a move off: 85 if there is none.
 *
 * It is answered at once; the move is over when the new nodes have everything.
 */
import { refuseAssignment } from '../model/assignment.ts'
import { refusal } from '../refusal.ts'
import { alterPartitionReassignments as message } from '../wire/messages/45-alter-partition-reassignments.ts'
import { demandByRequest } from './access.ts'
import { type Call, handler, outcomeOf } from './handler.ts'

export const alterPartitionReassignments = handler(message, { versions: '0' }, (call, request) => {
  const allowed = outcomeOf(() => demandByRequest(call, 'alter'))
  if (allowed.errorCode !== 0) {
    const topics = request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index }) => ({ index, ...allowed })),
    }))
    return { ...allowed, topics }
  }
  return {
    ...allowed,
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index, replicas }) => ({
        index,
        ...outcomeOf(() => reassign(call, { name, index, replicas })),
      })),
    })),
  }
})

function reassign(
  { cluster }: Call,
  { name, index, replicas }: { name: string; index: number; replicas: readonly number[] | null },
): void {
  const topic = cluster.topics.get(name)
  if (topic === undefined) throw refusal('unknownTopicOrPartition', `Unable to find a topic named ${name}.`)
  const partition = topic.partitions[index]
  if (partition === undefined)
    throw refusal('unknownTopicOrPartition', `Unable to find partition ${name}:${index}.`)
  if (replicas === null) return partition.cancelMove()
  refuseAssignment(replicas, cluster.nodes)
  partition.reassign(replicas)
}
