/**
 * Metadata. Served: 0-12.
 *
 * - An empty list means all topics in version 0 and none later, null means all.
 * - A topic that is unknown is created if client and broker allow it, and answered with 3 that first time, as Kafka 4 does; a
 *   client that asks again finds it. A name that can't be a topic's is answered with 17.
 * - Only live nodes are told, and one of them as the controller. A partition without a leader has 5 and the leader -1.
 * - Topics that the client may not have described are left out, or answered with 29 if it named them.
 *
 * Version 4 adds the client's say in auto-creation, 7 the leader epoch, 8 tells what the client may do (KIP-430), 9 is flexible,
 * 10 to 12 add topic ids.
 */

import type { Cluster } from '../model/cluster.ts'
import { NO_LEADER } from '../model/leadership.ts'
import { isInternalTopic, refuseTopicName, type Topic } from '../model/topic.ts'
import { CLUSTER_NAME } from '../security/acl.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { metadata as message } from '../wire/messages/03-metadata.ts'
import type { RequestOf, ResponseOf } from '../wire/schema.ts'
import { ZERO_UUID } from '../wire/schema.ts'
import { authorizedOperations, may, mayOnCluster } from './access.ts'
import { attempt, type Call, handler } from './handler.ts'

type Asked = NonNullable<RequestOf<typeof message>['topics']>[number]
type TopicResponse = ResponseOf<typeof message>['topics'][number]

/** The first version that answers to a topic's id. */
const MIN_BY_ID = 12

export const metadata = handler(message, { versions: '0-12' }, (call, request) => {
  const { cluster } = call
  if (call.version < MIN_BY_ID && request.topics?.some(({ id }) => id !== ZERO_UUID))
    return refuseAll(request.topics)
  const isForAll = request.topics === null || (call.version === 0 && request.topics.length === 0)
  const mayCreate = request.allowAutoTopicCreation && cluster.settings.autoCreateTopics
  const told = (topic: Topic): TopicResponse =>
    request.includeTopicAuthorizedOperations
      ? { ...known(cluster, topic), authorizedOperations: authorizedOperations(call, 'topic', topic.name) }
      : known(cluster, topic)
  return {
    brokers: cluster.liveNodes.map(({ id, host, port }) => ({ nodeId: id, host, port })),
    clusterId: cluster.id,
    controllerId: cluster.controller.id,
    topics: isForAll
      ? [...cluster.topics.values()].filter(({ name }) => may(call, 'describe', 'topic', name)).map(told)
      : onlyOnce(request.topics ?? []).map((asked) => describe(call, asked, { mayCreate, told })),
    ...(request.includeClusterAuthorizedOperations
      ? { clusterAuthorizedOperations: authorizedOperations(call, 'cluster', CLUSTER_NAME) }
      : {}),
  }
})

/** Versions 10 and 11 have a field for the id, and Kafka refuses every request that uses it. */
function refuseAll(topics: readonly Asked[]) {
  return {
    brokers: [],
    clusterId: null,
    controllerId: -1,
    topics: topics.map(({ id, name }) => unknown(id, name ?? '', 'invalidRequest')),
  }
}

function onlyOnce(topics: readonly Asked[]): readonly Asked[] {
  if (topics.length < 2) return topics
  return [...new Map(topics.map((asked) => [asked.name ?? asked.id, asked])).values()]
}

function describe(
  call: Call,
  { id, name }: Asked,
  { mayCreate, told }: { mayCreate: boolean; told: (topic: Topic) => TopicResponse },
): TopicResponse {
  const { cluster } = call
  const topic = name === null ? cluster.topicById(id) : cluster.topics.get(name)
  const asked = name ?? topic?.name
  if (asked !== undefined && !may(call, 'describe', 'topic', asked))
    return name === null
      ? unknown(id, null, 'unknownTopicId')
      : unknown(ZERO_UUID, name, 'topicAuthorizationFailed')
  if (topic !== undefined) return told(topic)
  if (name === null) return unknown(id, null, 'unknownTopicId')
  const invalid = attempt(() => refuseTopicName(name))
  if ('error' in invalid) return unknown(ZERO_UUID, name, invalid.error)
  if (!mayCreate || isInternalTopic(name)) return unknown(ZERO_UUID, name, 'unknownTopicOrPartition')
  if (!mayOnCluster(call, 'create') && !may(call, 'create', 'topic', name))
    return unknown(ZERO_UUID, name, 'topicAuthorizationFailed')
  const created = attempt(() =>
    cluster.createTopic(
      { name, numPartitions: -1, replicationFactor: -1, configs: [], assignments: [] },
      { validateOnly: false },
    ),
  )
  return unknown(ZERO_UUID, name, 'error' in created ? created.error : 'unknownTopicOrPartition')
}

function known({ liveNodes }: Cluster, topic: Topic): TopicResponse {
  const isOffline = (nodeId: number) => !liveNodes.some(({ id }) => id === nodeId)
  return {
    errorCode: 0,
    name: topic.name,
    id: topic.id,
    partitions: topic.partitions.map((partition) => ({
      errorCode: codeOf(partition.leaderId === NO_LEADER ? 'leaderNotAvailable' : 'none'),
      index: partition.index,
      leaderId: partition.leaderId,
      leaderEpoch: partition.leaderEpoch,
      replicaNodes: partition.replicas,
      isrNodes: partition.isr,
      offlineReplicas: partition.replicas.filter(isOffline),
    })),
  }
}

function unknown(id: string, name: string | null, error: ErrorName): TopicResponse {
  return { errorCode: codeOf(error), id, name, partitions: [] }
}
