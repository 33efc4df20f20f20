/**
 * CreatePartitions. Served: 0-3.
 *
 * - The new count must be greater than the old one (37). An unknown topic gets 3, a topic named twice 42.
 * - A client may choose the nodes of the new partitions: one list for each (39).
 *
 * Version 2 is flexible.
 */
import { refusal } from '../refusal.ts'
import { createPartitions as message } from '../wire/messages/37-create-partitions.ts'
import { may } from './access.ts'
import { handler, outcomeOf, twice } from './handler.ts'

export const createPartitions = handler(message, { versions: '0-3' }, (call, request) => {
  const namedTwice = twice(request.topics.map(({ name }) => name))
  const once = request.topics.filter(({ name }) => !namedTwice.has(name))
  return {
    results: [
      ...[...namedTwice].map((name) => ({
        name,
        ...outcomeOf(() => {
          throw refusal('invalidRequest', 'Duplicate topic name.')
        }),
      })),
      ...once.map(({ name, count, assignments }) => ({
        name,
        ...outcomeOf(() => {
          if (!may(call, 'alter', 'topic', name)) throw refusal('topicAuthorizationFailed', '')
          call.cluster.growTopic(name, {
            count,
            assignments: assignments?.map(({ brokerIds }) => brokerIds) ?? null,
            validateOnly: request.validateOnly,
          })
        }),
      })),
    ],
  }
})
