/**
 * DescribeProducers. Served: 0-0.
 *
 * - Every producer that the partition remembers, with its last sequence and where its open transaction begins.
 */
import type { ProducerState } from '../model/producer-state.ts'
import { codeOf } from '../wire/error-code.ts'
import { describeProducers as message } from '../wire/messages/61-describe-producers.ts'
import { leaderOf } from './00-produce.ts'
import { demand } from './access.ts'
import { attempt, handler } from './handler.ts'

export const describeProducers = handler(message, { versions: '0' }, (call, request) => ({
  topics: request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((index) => {
      const found = attempt(() => {
        demand(call, 'read', 'topic', name)
        return leaderOf(call, name, index).leader.producers.snapshot()
      })
      if ('error' in found) {
        // Kafka has words for a topic that it does not know, and none for a partition.
        const isUnknownPartition = found.error === 'unknownTopicOrPartition' && call.cluster.topics.has(name)
        const errorMessage = isUnknownPartition ? null : found.message
        return { index, errorCode: codeOf(found.error), errorMessage, activeProducers: [] }
      }
      return { index, errorCode: 0, activeProducers: found.value.map(activeProducer) }
    }),
  })),
}))

function activeProducer(producer: ProducerState) {
  const { producerId, epoch, batches, lastTimestamp, coordinatorEpoch, openSince } = producer
  return {
    producerId,
    producerEpoch: epoch,
    lastSequence: batches.at(-1)?.lastSequence ?? -1,
    lastTimestamp,
    coordinatorEpoch,
    currentTxnStartOffset: openSince ?? -1,
  }
}
