/**
 * Produce. Served: 3-9; advertised: 0-9.
 *
 * - acks 0 gets no answer; if something is refused, the connection is closed.
 * - acks other than -1, 0, 1 are refused with 21, partition by partition.
 * - Each partition takes exactly one batch of format 2 and answers with its base offset; a batch of an idempotent producer
 *   that came before is answered with the offset it has.
 * - A record without a key for a compacted topic, or with a time beyond the topic's limits, is named with what is wrong with it.
 * - Versions 0 to 2 are advertised and not served, as in Kafka 4: librdkafka before 2.11.1 would turn compression off.
 *
 * Version 5 adds the log start offset, 8 the error message, 9 is flexible.
 * Left out: transactional producers. Batches without records are refused with 87; Kafka never answers them. snappy, lz4 and
 * zstd that can't be unpacked are taken; Kafka answers -1. A batch that came before is answered without the time at which
 * it was stored.
 */
import type { Cluster } from '../model/cluster.ts'
import type { Appended, Partition } from '../model/partition.ts'
import { isInternalTopic } from '../model/topic.ts'
import { Refusal, refusal } from '../refusal.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { produce as message } from '../wire/messages/00-produce.ts'
import { BATCH_HEADER_BYTES, BatchError, codecOf, readBatchHeader, ZSTD } from '../wire/record-batch.ts'
import type { RequestOf, ResponseOf } from '../wire/schema.ts'
import { type Call, handler } from './handler.ts'

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

function produceTo(call: Call, name: string, request: PartitionRequest, acks: number): PartitionResponse {
  const { index, records } = request
  let partition: Partition | undefined
  try {
    if (acks < -1 || acks > 1) throw refusal('invalidRequiredAcks', `acks ${acks}`)
    if (isInternalTopic(name)) throw refusal('invalidTopic', `${name} is written to by the broker only`)
    partition = leaderOf(call, name, index)
    if (records === null || records.length === 0) throw refusal('invalidRecord', 'no records')
    refuseCompression(records, call.version)
    const appended = partition.append(records, { acks, nowMs: call.cluster.clock.now(), name })
    return stored(partition, appended)
  } catch (error) {
    if (error instanceof Refusal || error instanceof BatchError) return refused(index, error, partition)
    throw error
  }
}

/** zstd came with version 7 (KIP-110). */
function refuseCompression(records: Buffer, version: number): void {
  if (version >= 7 || records.length < BATCH_HEADER_BYTES) return
  if (codecOf(readBatchHeader(records)) === ZSTD)
    throw refusal('unsupportedCompressionType', `version ${version} of Produce has no zstd`)
}

function stored(partition: Partition, { baseOffset, logAppendTimeMs }: Appended): PartitionResponse {
  const { index, log } = partition
  return { index, errorCode: 0, baseOffset, logAppendTimeMs, logStartOffset: log.startOffset }
}

/** What a batch is refused for is told only where single records are to blame, as Kafka does it. */
function refused(
  index: number,
  error: Refusal | BatchError,
  partition: Partition | undefined,
): PartitionResponse {
  const recordErrors = error instanceof BatchError ? error.recordErrors : []
  const isOfLog = error instanceof BatchError ? error.isOfLog : ofLog.has(error.errorName)
  const isTold = recordErrors.length > 0 || error.message.startsWith('Invalid magic')
  return {
    index,
    errorCode: codeOf(error.errorName),
    baseOffset: -1,
    logStartOffset: isOfLog && partition !== undefined ? partition.log.startOffset : -1,
    recordErrors,
    errorMessage: isTold ? error.message : null,
  }
}

/** Errors that come from the log itself, which tells its start with them. */
const ofLog: ReadonlySet<ErrorName> = new Set([
  'outOfOrderSequence',
  'invalidProducerEpoch',
  'invalidTxnState',
])

/** The partition, if this node leads it. @throws Refusal */
export function leaderOf(call: { cluster: Cluster; node: { id: number } }, topic: string, index: number) {
  const partition = call.cluster.partition(topic, index)
  if (partition.leaderId !== call.node.id) {
    throw refusal('notLeaderOrFollower', `node ${partition.leaderId} leads ${topic}-${index}`)
  }
  return partition
}
