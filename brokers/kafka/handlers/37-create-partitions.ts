/**
 * CreatePartitions. Served: 0-3.
 *
 * - The new count must not be smaller than the old one (37); the same one changes nothing. An unknown topic gets 3, a topic
 *   named twice 42.
 * - A client may choose the nodes of the new partitions: one list for each (39).
 *
 * Version 2 is flexible.
 */
import { refusal } from '../refusal.ts'
import { createPartitions as message } from '../wire/messages/37-create-partitions.ts'
import { handler, outcomeOf, twice } from './handler.ts'

export const createPartitions = handler(message, { versions: '0-3' }, ({ cluster }, request) => {
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
        ...outcomeOf(() =>
          cluster.growTopic(name, {
            count,
            assignments: assignments?.map(({ brokerIds }) => brokerIds) ?? null,
            validateOnly: request.validateOnly,
          }),
        ),
      })),
    ],
  }
})
