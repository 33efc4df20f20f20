/** One request of each API that access rules guard, for probes that are allowed some of them. */
import { produce } from '../wire/messages/00-produce.ts'
import { fetch } from '../wire/messages/01-fetch.ts'
import { listOffsets } from '../wire/messages/02-list-offsets.ts'
import { metadata } from '../wire/messages/03-metadata.ts'
import { offsetCommit } from '../wire/messages/08-offset-commit.ts'
import { offsetFetch } from '../wire/messages/09-offset-fetch.ts'
import { findCoordinator } from '../wire/messages/10-find-coordinator.ts'
import { joinGroup } from '../wire/messages/11-join-group.ts'
import { heartbeat } from '../wire/messages/12-heartbeat.ts'
import { leaveGroup } from '../wire/messages/13-leave-group.ts'
import { syncGroup } from '../wire/messages/14-sync-group.ts'
import { describeGroups } from '../wire/messages/15-describe-groups.ts'
import { createTopics } from '../wire/messages/19-create-topics.ts'
import { deleteTopics } from '../wire/messages/20-delete-topics.ts'
import { deleteRecords } from '../wire/messages/21-delete-records.ts'
import { initProducerId } from '../wire/messages/22-init-producer-id.ts'
import { offsetForLeaderEpoch } from '../wire/messages/23-offset-for-leader-epoch.ts'
import { addPartitionsToTxn } from '../wire/messages/24-add-partitions-to-txn.ts'
import { addOffsetsToTxn } from '../wire/messages/25-add-offsets-to-txn.ts'
import { endTxn } from '../wire/messages/26-end-txn.ts'
import { writeTxnMarkers } from '../wire/messages/27-write-txn-markers.ts'
import { txnOffsetCommit } from '../wire/messages/28-txn-offset-commit.ts'
import { describeConfigs } from '../wire/messages/32-describe-configs.ts'
import { alterConfigs } from '../wire/messages/33-alter-configs.ts'
import { createPartitions } from '../wire/messages/37-create-partitions.ts'
import { deleteGroups } from '../wire/messages/42-delete-groups.ts'
import { electLeaders } from '../wire/messages/43-elect-leaders.ts'
import { incrementalAlterConfigs } from '../wire/messages/44-incremental-alter-configs.ts'
import { alterPartitionReassignments } from '../wire/messages/45-alter-partition-reassignments.ts'
import { listPartitionReassignments } from '../wire/messages/46-list-partition-reassignments.ts'
import { offsetDelete } from '../wire/messages/47-offset-delete.ts'
import { describeCluster } from '../wire/messages/60-describe-cluster.ts'
import { describeProducers } from '../wire/messages/61-describe-producers.ts'
import { describeTransactions } from '../wire/messages/65-describe-transactions.ts'
import { joinRequest } from './group-requests.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, fetchRequest, produceRequest } from './requests.ts'

type Request = (c: ProbeClient) => Promise<unknown>

/** One after the other. */
export async function ask(c: ProbeClient, requests: readonly Request[]): Promise<void> {
  for (const request of requests) await request(c)
}

const timeoutMs = 5_000

/** The last one makes the topic, and the one before takes it away. */
export function topicRequests(name: string): readonly Request[] {
  const partitions = [{ index: 0 }]
  const whole = [{ name, partitions: [0] }]
  const config = { name: 'retention.ms', value: '1000' }
  const setting = { resourceType: 2, resourceName: name }
  return [
    (c) => c.call(produce, 8, produceRequest(name, batchOf(['a']))),
    (c) => c.call(fetch, 11, fetchRequest(name, 0, { maxWaitMs: 0 })),
    (c) => c.call(listOffsets, 5, { topics: [{ name, partitions: [{ index: 0, timestamp: -2 }] }] }),
    (c) =>
      c.call(metadata, 8, {
        topics: [{ name }],
        allowAutoTopicCreation: true,
        includeTopicAuthorizedOperations: true,
      }),
    (c) =>
      c.call(offsetForLeaderEpoch, 4, { topics: [{ name, partitions: [{ index: 0, leaderEpoch: 0 }] }] }),
    (c) => c.call(deleteRecords, 2, { topics: [{ name, partitions: [{ index: 0, offset: 0 }] }], timeoutMs }),
    (c) => c.call(describeProducers, 0, { topics: [{ name: `${name}`, partitions: [7] }] }),
    (c) => c.call(describeConfigs, 4, { resources: [{ ...setting, configurationKeys: ['retention.ms'] }] }),
    (c) => c.call(alterConfigs, 2, { resources: [{ ...setting, configs: [config] }], validateOnly: true }),
    (c) =>
      c.call(incrementalAlterConfigs, 1, {
        resources: [{ ...setting, configs: [{ ...config, operation: 0 }] }],
        validateOnly: true,
      }),
    (c) =>
      c.call(createPartitions, 3, {
        topics: [{ name, count: 2, assignments: null }],
        timeoutMs,
        validateOnly: true,
      }),
    (c) => c.call(electLeaders, 2, { electionType: 0, topics: whole, timeoutMs }),
    (c) =>
      c.call(addPartitionsToTxn, 1, {
        transactionalId: 'nobody',
        producerId: 1,
        producerEpoch: 0,
        topics: whole,
      }),
    (c) => c.call(offsetDelete, 0, { groupId: 'nobody', topics: [{ name, partitions }] }),
    (c) => c.call(deleteTopics, 5, { topicNames: [name], timeoutMs }),
    (c) =>
      c.call(createTopics, 7, {
        topics: [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }],
        timeoutMs,
        validateOnly: true,
      }),
  ]
}

export function groupRequests(groupId: string, name: string): readonly Request[] {
  const member = { groupId, generationId: 1, memberId: 'made-up' }
  const commit = { index: 0, committedOffset: 1, committedMetadata: null }
  return [
    (c) => c.call(findCoordinator, 2, { key: groupId }),
    (c) => c.call(joinGroup, 3, joinRequest(groupId, { memberId: 'made-up' })),
    (c) => c.call(syncGroup, 3, { ...member, assignments: [] }),
    (c) => c.call(heartbeat, 3, member),
    (c) => c.call(leaveGroup, 1, member),
    (c) => c.call(offsetCommit, 7, { groupId, topics: [{ name, partitions: [commit] }] }),
    (c) => c.call(offsetFetch, 5, { groupId, topics: [{ name, partitions: [0] }] }),
    (c) => c.call(offsetFetch, 8, { groups: [{ groupId, topics: null }] }),
    (c) => c.call(describeGroups, 5, { groups: [groupId], includeAuthorizedOperations: true }),
    (c) => c.call(offsetDelete, 0, { groupId, topics: [{ name, partitions: [{ index: 0 }] }] }),
    (c) => c.call(deleteGroups, 2, { groups: [groupId] }),
  ]
}

export function transactionRequests(of: {
  transactionalId: string
  groupId: string
  name: string
}): readonly Request[] {
  const { transactionalId, groupId, name } = of
  const producer = { transactionalId, producerId: 1, producerEpoch: 0 }
  const commit = { index: 0, committedOffset: 1, committedMetadata: null }
  const records = batchOf(['a'], { attributes: 0b1_0000, producerId: 1, producerEpoch: 0, baseSequence: 0 })
  return [
    (c) => c.call(findCoordinator, 2, { key: transactionalId, keyType: 1 }),
    (c) => c.call(initProducerId, 4, { transactionalId, transactionTimeoutMs: 60_000 }),
    (c) => c.call(addPartitionsToTxn, 3, { ...producer, topics: [{ name, partitions: [0] }] }),
    (c) => c.call(addOffsetsToTxn, 3, { ...producer, groupId }),
    (c) => c.call(produce, 8, produceRequest(name, records, { transactionalId })),
    (c) => c.call(txnOffsetCommit, 3, { ...producer, groupId, topics: [{ name, partitions: [commit] }] }),
    (c) => c.call(endTxn, 3, { ...producer, committed: true }),
    (c) => c.call(describeTransactions, 0, { transactionalIds: [transactionalId] }),
  ]
}

/** What is asked of the cluster as a whole. */
export function widerRequests(name: string): readonly Request[] {
  const config = { name: 'log.cleaner.threads', value: '1' }
  const setting = { resourceType: 4, resourceName: '0' }
  return [
    (c) => c.call(initProducerId, 4, { transactionalId: null, transactionTimeoutMs: 60_000 }),
    (c) => c.call(describeCluster, 1, { includeClusterAuthorizedOperations: true }),
    (c) =>
      c.call(describeConfigs, 4, {
        resources: [{ ...setting, configurationKeys: ['log.cleaner.threads'] }],
      }),
    (c) => c.call(alterConfigs, 2, { resources: [{ ...setting, configs: [config] }], validateOnly: true }),
    (c) => c.call(electLeaders, 2, { electionType: 0, topics: [{ name, partitions: [0] }], timeoutMs }),
    (c) =>
      c.call(alterPartitionReassignments, 0, {
        topics: [{ name, partitions: [{ index: 0, replicas: [0] }] }],
        timeoutMs,
      }),
    (c) => c.call(listPartitionReassignments, 0, { topics: null, timeoutMs }),
    (c) =>
      c.call(writeTxnMarkers, 1, {
        markers: [
          {
            producerId: 1,
            producerEpoch: 0,
            transactionResult: false,
            topics: [{ name, partitions: [0] }],
            coordinatorEpoch: 0,
          },
        ],
      }),
  ]
}
