/**
 * Produce. Served: 3-9; advertised: 0-9.
 *
 * - acks 0 gets no answer; if something is refused, the connection is closed.
 * - acks other than -1, 0, 1 are refused with 21, partition by partition.
 * - Each partition takes exactly one batch of format 2 and answers with its base offset; a batch of an idempotent producer
 *   that came before is answered with the offset it has.
 * - Versions 0 to 2 are advertised and not served, as in Kafka 4: librdkafka before 2.11.1 would turn compression off.
 *
 * Version 5 adds the log start offset, 8 the error message, 9 is flexible.
 * Left out: transactional producers. Records without a key are taken by compacted topics too, and the limits on a record's
 * timestamp are not checked.
 */
import type { Cluster } from '../model/cluster.ts'
import type { Appended, Partition } from '../model/partition.ts'
import { refusal } from '../refusal.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { produce as message } from '../wire/messages/00-produce.ts'
import type { RequestOf, ResponseOf } from '../wire/schema.ts'
import { may } from './access.ts'
import { attempt, type Call, handler } from './handler.ts'

type PartitionRequest = RequestOf<typeof message>['topics'][number]['partitions'][number]
type PartitionResponse = ResponseOf<typeof message>['topics'][number]['partitions'][number]

export const produce = handler(message, { versions: '3-9', advertised: '0-9' }, (call, request) => {
  let isRefused = false
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => {
      const response = produceTo(call, name, partition, request.acks)
      if (response.errorCode !== 0) isRefused = true
      return response
    }),
  }))
  if (request.acks === 0) return isRefused ? 'close' : 'nothing'
  return { topics }
})

function produceTo(call: Call, topic: string, request: PartitionRequest, acks: number): PartitionResponse {
  const { index, records } = request
  const result = attempt(() => {
    if (acks < -1 || acks > 1) throw refusal('invalidRequiredAcks', `acks ${acks}`)
    if (!may(call, 'write', 'topic', topic)) throw refusal('topicAuthorizationFailed', '')
    const partition = leaderOf(call, topic, index)
    if (records === null || records.length === 0) throw refusal('invalidRecord', 'no records')
    const appended = partition.append(records, { acks, nowMs: call.cluster.clock.now() })
    return { partition, appended }
  })
  if ('error' in result) return refused(index, result.error, result.message)
  const { partition, appended } = result.value
  return stored(partition, appended)
}

function stored(partition: Partition, { baseOffset, logAppendTimeMs }: Appended): PartitionResponse {
  const { index, log } = partition
  return { index, errorCode: 0, baseOffset, logAppendTimeMs, logStartOffset: log.startOffset }
}

function refused(index: number, error: ErrorName, errorMessage: string): PartitionResponse {
  return { index, errorCode: codeOf(error), baseOffset: -1, errorMessage: errorMessage || null }
}

/** The partition, if this node leads it. @throws Refusal */
export function leaderOf(call: { cluster: Cluster; node: { id: number } }, topic: string, index: number) {
  const partition = call.cluster.partition(topic, index)
  if (partition.leaderId !== call.node.id) {
    throw refusal('notLeaderOrFollower', `node ${partition.leaderId} leads ${topic}-${index}`)
  }
  return partition
}
