/** The cluster as data, detached from it. */
import type { Cluster } from './model/cluster.ts'
import type { Group } from './model/group/group.ts'
import type { Topic } from './model/topic.ts'

export type ClusterSnapshot = ReturnType<typeof snapshotOf>

export function snapshotOf(cluster: Cluster) {
  return {
    clusterId: cluster.id,
    nodes: cluster.nodes.map(({ id, host, port }) => ({ id, host, port })),
    topics: [...cluster.topics.values()].map(topicSnapshot),
    groups: [...cluster.groups.values()].map(groupSnapshot),
  }
}

function topicSnapshot({ name, partitions }: Topic) {
  return {
    name,
    partitions: partitions.map((partition) => ({
      index: partition.index,
      leaderId: partition.leaderId,
      leaderEpoch: partition.leaderEpoch,
      replicas: [...partition.replicas],
      isr: [...partition.isr],
      startOffset: partition.log.startOffset,
      highWatermark: partition.highWatermark,
      lastStableOffset: partition.lastStableOffset,
      endOffset: partition.log.endOffset,
      bytes: partition.log.bytes,
    })),
  }
}

function groupSnapshot({ id, state, generationId, protocolName, members, offsets }: Group) {
  return {
    id,
    state,
    generationId,
    protocolName,
    leaderId: members.leaderId,
    members: [...members].map((member) => ({ memberId: member.id, clientId: member.clientId })),
    offsets: offsets.all().map(({ topic, partition, committed }) => ({ topic, partition, ...committed })),
  }
}
