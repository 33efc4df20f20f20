/**
 * AddPartitionsToTxn. Served: 0-3.
 *
 * - All partitions or none: if one is unknown (3), the others are answered with 55.
 * - Another producer's id is refused with 49, an old epoch with 90, and with 51 while the last transaction is being completed.
 *
 * Version 2 says 90 instead of 47 to a fenced producer, 3 is flexible.
 */
import { OFFSETS_TOPIC, type TopicPartition } from '../model/transactions/transaction.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { addPartitionsToTxn as message } from '../wire/messages/24-add-partitions-to-txn.ts'
import type { RequestOf } from '../wire/schema.ts'
import { may } from './access.ts'
import { fencedSince, refuseForeignTransaction } from './coordinator.ts'
import { attempt, type Call, handler } from './handler.ts'

export const addPartitionsToTxn = handler(message, { versions: '0-3' }, (call, request) => {
  const errorOf = errorsOf(call, request)
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((index) => ({
        index,
        errorCode: codeOf(errorOf({ topic: name, partition: index })),
      })),
    })),
  }
})

/** The error of each partition. */
function errorsOf(call: Call, request: RequestOf<typeof message>): (one: TopicPartition) => ErrorName {
  const { transactionalId, topics } = request
  if (!may(call, 'write', 'transactionalId', transactionalId))
    return () => 'transactionalIdAuthorizationFailed'
  const asked = topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ topic: name, partition })),
  )
  if (asked.some((one) => refusedAlone(call, one) !== undefined))
    return (one) => refusedAlone(call, one) ?? 'operationNotAttempted'
  const result = attempt(() => {
    refuseForeignTransaction(call, transactionalId)
    call.cluster.transactions.addPartitions(transactionalId, request, asked)
  })
  return () => ('error' in result ? fencedSince(2, call, result.error) : 'none')
}

function refusedAlone(call: Call, { topic, partition }: TopicPartition): ErrorName | undefined {
  if (topic === OFFSETS_TOPIC || !may(call, 'write', 'topic', topic)) return 'topicAuthorizationFailed'
  return call.cluster.topics.get(topic)?.partitions[partition] === undefined
    ? 'unknownTopicOrPartition'
    : undefined
}
