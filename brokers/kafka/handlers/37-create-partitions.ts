/**
 * CreatePartitions. Served: 0-3.
 *
 * - The new count must be greater than the old one (37); an unknown topic gets 3.
 *
 * Version 2 is flexible.
 * Left out: assignments that the client chooses are refused with 39.
 */
import { refusal } from '../refusal.ts'
import { createPartitions as message } from '../wire/messages/37-create-partitions.ts'
import { handler, outcomeOf } from './handler.ts'

export const createPartitions = handler(message, { versions: '0-3' }, ({ cluster }, request) => ({
  results: request.topics.map(({ name, count, assignments }) => ({
    name,
    ...outcomeOf(() => {
      if (assignments !== null && assignments.length > 0)
        throw refusal('invalidReplicaAssignment', 'Replicas of new partitions are chosen by the broker.')
      cluster.growTopic(name, { count, validateOnly: request.validateOnly })
    }),
  })),
}))
