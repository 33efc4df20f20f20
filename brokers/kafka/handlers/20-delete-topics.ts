/**
 * DeleteTopics. Served: 1-6.
 *
 * - The topic, its records and the offsets committed for it are gone at once. Unknown names get 3, unknown ids 100.
 *
 * Version 4 is flexible, 5 adds the error message, 6 takes topic ids.
 */

import { refusal } from '../refusal.ts'
import { deleteTopics as message } from '../wire/messages/20-delete-topics.ts'
import { ZERO_UUID } from '../wire/schema.ts'
import { handler, outcomeOf } from './handler.ts'

export const deleteTopics = handler(message, { versions: '1-6' }, ({ cluster, version }, request) => {
  const asked = version < 6 ? request.topicNames.map((name) => ({ name, id: ZERO_UUID })) : request.topics
  return {
    topics: asked.map(({ name, id }) => {
      const topic = name === null ? cluster.topicById(id) : cluster.topics.get(name)
      const outcome = outcomeOf(() => {
        if (name === null && topic === undefined)
          throw refusal('unknownTopicId', 'This server does not host this topic ID.')
        cluster.deleteTopic(topic?.name ?? name ?? '')
      })
      return { name: topic?.name ?? name, id: topic?.id ?? id, ...outcome }
    }),
  }
})
