/**
 * CreateTopics. Served: 2-7.
 *
 * - Refused: a topic that exists (36), a bad name (17), partitions below 1 (37), more replicas than nodes (38), a bad
 *   assignment (39), a bad setting (40), the same name twice (42). -1 takes the broker's default.
 * - With `validateOnly` everything is checked and nothing created.
 *
 * Version 5 is flexible and tells what was created, 7 the topic's id.
 */

import type { Topic } from '../model/topic.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { createTopics as message } from '../wire/messages/19-create-topics.ts'
import type { RequestOf, ResponseOf } from '../wire/schema.ts'
import { may, mayOnCluster } from './access.ts'
import { topicConfigEntries } from './config-entries.ts'
import { attempt, type Call, handler, twice } from './handler.ts'

type Asked = RequestOf<typeof message>['topics'][number]
type TopicResponse = ResponseOf<typeof message>['topics'][number]

/** Of the settings, for whoever may make a topic and not see them. */
const NOT_TOLD = codeOf('topicAuthorizationFailed')

export const createTopics = handler(message, { versions: '2-7' }, (call, request) => {
  const namedTwice = twice(request.topics.map(({ name }) => name))
  const once = request.topics.filter(({ name }) => !namedTwice.has(name))
  return {
    topics: [
      ...[...namedTwice].map((name) => refused(name, 'invalidRequest', 'Duplicate topic name.')),
      ...once.map((asked) => create(call, asked, request.validateOnly)),
    ],
  }
})

function create(call: Call, asked: Asked, validateOnly: boolean): TopicResponse {
  const { cluster, node } = call
  const { name } = asked
  if (!mayOnCluster(call, 'create') && !may(call, 'create', 'topic', name))
    return refused(name, 'topicAuthorizationFailed', 'Authorization failed.')
  const created = attempt(() => cluster.createTopic(asked, { validateOnly }))
  if ('error' in created) return refused(name, created.error, created.message)
  const topic = created.value
  if (may(call, 'describeConfigs', 'topic', name)) return { name, errorCode: 0, ...describe(topic, node.id) }
  return { name, id: topic.id, errorCode: 0, configs: [], topicConfigErrorCode: NOT_TOLD }
}

function refused(name: string, error: ErrorName, errorMessage: string): TopicResponse {
  return { name, errorCode: codeOf(error), errorMessage, configs: [] }
}

function describe(topic: Topic, nodeId: number) {
  return {
    id: topic.id,
    numPartitions: topic.partitions.length,
    replicationFactor: topic.replicationFactor,
    configs: topicConfigEntries(topic.config, nodeId).map(({ name, value, source }) => ({
      name,
      value,
      readOnly: false,
      configSource: source,
      isSensitive: false,
    })),
  }
}
