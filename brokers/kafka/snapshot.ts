/** The cluster as data, detached from it. */
import type { Cluster } from './model/cluster.ts'
import type { Group } from './model/group/group.ts'
import { NO_LEADER } from './model/leadership.ts'
import type { Partition } from './model/partition.ts'
import type { Replica } from './model/replica.ts'
import type { Topic } from './model/topic.ts'
import { readAssignment } from './wire/consumer-assignment.ts'

export type ClusterSnapshot = ReturnType<typeof snapshotOf>

export function snapshotOf(cluster: Cluster) {
  return {
    clusterId: cluster.id,
    controllerId: cluster.controller.id,
    nodes: cluster.nodes.map(({ id, host, port, state, isFenced }) => ({ id, host, port, state, isFenced })),
    topics: [...cluster.topics.values()].map(topicSnapshot),
    groups: [...cluster.groups.values()].map((group) => groupSnapshot(group, cluster)),
    transactions: cluster.transactions.all().map((transaction) => ({
      ...transaction,
      coordinatorId: cluster.coordinatorOf(transaction.transactionalId, 'transaction')?.id ?? NO_LEADER,
    })),
  }
}

function topicSnapshot({ name, partitions }: Topic) {
  return { name, partitions: partitions.map(partitionSnapshot) }
}

/** Offsets are the leader's; -1 while there is none. */
function partitionSnapshot(partition: Partition) {
  const leader = partition.leaderId === NO_LEADER ? undefined : partition.leader
  return {
    index: partition.index,
    leaderId: partition.leaderId,
    leaderEpoch: partition.leaderEpoch,
    replicas: [...partition.replicas],
    isr: [...partition.isr],
    startOffset: leader?.log.startOffset ?? -1,
    highWatermark: leader?.highWatermark ?? -1,
    lastStableOffset: leader === undefined ? -1 : partition.lastStableOffset,
    endOffset: leader?.log.endOffset ?? -1,
    bytes: leader?.log.bytes ?? 0,
    copies: partition.copies.map(copySnapshot),
  }
}

function copySnapshot({ nodeId, log, highWatermark, epochs }: Replica) {
  const { startOffset, endOffset, bytes } = log
  return { nodeId, startOffset, endOffset, highWatermark, bytes, epochs: [...epochs.all()] }
}

function groupSnapshot(group: Group, cluster: Cluster) {
  const { id, state, generationId, protocolName, members, offsets } = group
  return {
    id,
    /** -1 while no node coordinates it. */
    coordinatorId: cluster.coordinatorOf(id)?.id ?? NO_LEADER,
    state,
    generationId,
    protocolName,
    leaderId: members.leaderId,
    members: [...members].map((member) => ({
      memberId: member.id,
      clientId: member.clientId,
      partitions: readAssignment(member.assignment),
    })),
    offsets: offsets.all().map(({ topic, partition, committed }) => ({ topic, partition, ...committed })),
  }
}
