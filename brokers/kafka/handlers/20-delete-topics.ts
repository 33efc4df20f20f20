/**
 * DeleteTopics. Served: 1-6.
 *
 * - The topic, its records and the offsets committed for it are gone at once. Unknown names get 3, unknown ids 100.
 * - A topic that is named twice gets 42, as one with a name and an id, or with neither.
 *
 * Version 4 is flexible, 5 adds the error message, 6 takes topic ids.
 */

import { refusal } from '../refusal.ts'
import { deleteTopics as message } from '../wire/messages/20-delete-topics.ts'
import type { ResponseOf } from '../wire/schema.ts'
import { ZERO_UUID } from '../wire/schema.ts'
import { demand } from './access.ts'
import { type Call, handler, outcomeOf, twice } from './handler.ts'

interface Asked {
  readonly name: string | null
  readonly id: string
}
type TopicResponse = ResponseOf<typeof message>['topics'][number]

export const deleteTopics = handler(message, { versions: '1-6' }, (call, request) => {
  const asked =
    call.version < 6 ? request.topicNames.map((name) => ({ name, id: ZERO_UUID })) : request.topics
  const keyOf = ({ name, id }: Asked) => (name === null ? `id ${id}` : `name ${name}`)
  const namedTwice = twice(asked.map(keyOf))
  return {
    topics: [
      ...[...namedTwice].map((key) => {
        const one = asked.find((other) => keyOf(other) === key) as Asked
        return refuse(one, one.name === null ? 'Duplicate topic id.' : 'Duplicate topic name.')
      }),
      ...asked.filter((one) => !namedTwice.has(keyOf(one))).map((one) => remove(call, one)),
    ],
  }
})

function remove(call: Call, asked: Asked): TopicResponse {
  const { cluster } = call
  const { name, id } = asked
  if (name !== null && id !== ZERO_UUID)
    return refuse(asked, 'You may not specify both topic name and topic id.')
  if (name === null && id === ZERO_UUID) return refuse(asked, 'Neither topic name nor id were specified.')
  const topic = name === null ? cluster.topicById(id) : cluster.topics.get(name)
  const outcome = outcomeOf(() => {
    demandDelete(call, topic?.name ?? name)
    if (!cluster.settings.deleteTopics) throw refusal('topicDeletionDisabled', 'Topic deletion is disabled.')
    if (name === null && topic === undefined)
      throw refusal('unknownTopicId', 'This server does not host this topic ID.')
    cluster.deleteTopic(topic?.name ?? name ?? '')
  })
  return { name: topic?.name ?? name, id: topic?.id ?? id, ...outcome }
}

function refuse({ name, id }: Asked, why: string): TopicResponse {
  return {
    name,
    id,
    ...outcomeOf(() => {
      throw refusal('invalidRequest', why)
    }),
  }
}

function demandDelete(call: Call, name: string | null): void {
  if (name !== null) demand(call, 'delete', 'topic', name)
}
