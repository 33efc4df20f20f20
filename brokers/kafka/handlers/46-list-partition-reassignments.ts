/**
 * ListPartitionReassignments. Served: 0.
 *
 * - Tells which partitions are on the move: none, since a move is over when it is answered.
 */
import { listPartitionReassignments as message } from '../wire/messages/46-list-partition-reassignments.ts'
import { demandCluster } from './access.ts'
import { handler, outcomeOf } from './handler.ts'

export const listPartitionReassignments = handler(message, { versions: '0' }, (call) => ({
  ...outcomeOf(() => demandCluster(call, 'describe')),
  topics: [],
}))
