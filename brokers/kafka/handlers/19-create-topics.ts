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
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { createTopics as message } from '../wire/messages/19-create-topics.ts'
import type { RequestOf, ResponseOf } from '../wire/schema.ts'
import { topicConfigEntries } from './config-entries.ts'
import { attempt, type Call, handler } from './handler.ts'

type Asked = RequestOf<typeof message>['topics'][number]

export const createTopics = handler(message, { versions: '2-7' }, (call, request) => {
  const names = request.topics.map(({ name }) => name)
  const isTwice = (name: string) => names.indexOf(name) !== names.lastIndexOf(name)
  return {
    topics: request.topics.map((asked) => create(call, asked, isTwice(asked.name), request.validateOnly)),
  }
})

function create(
  call: Call,
  asked: Asked,
  isTwice: boolean,
  validateOnly: boolean,
): ResponseOf<typeof message>['topics'][number] {
  const { name } = asked
  const created = attempt(() => {
    if (isTwice) throw refusal('invalidRequest', 'Duplicate topic name.')
    return call.cluster.createTopic(asked, { validateOnly })
  })
  if ('error' in created) return { name, errorCode: codeOf(created.error), errorMessage: created.message }
  return { name, errorCode: 0, ...describe(created.value) }
}

function describe(topic: Topic) {
  return {
    id: topic.id,
    numPartitions: topic.partitions.length,
    replicationFactor: topic.replicationFactor,
    configs: topicConfigEntries(topic.config).map(({ name, value, source }) => ({
      name,
      value,
      readOnly: false,
      configSource: source,
      isSensitive: false,
    })),
  }
}
