/**
 * Produce. Served: 3-9; advertised: 0-9.
 *
 * - acks 0 gets no answer; if something is refused, the connection is closed.
 * - acks other than -1, 0, 1 are refused with 21, partition by partition.
 * - Each partition takes exactly one batch of format 2 and answers with its base offset; a batch of an idempotent producer
 *   that came before is answered with the offset it has.
 * - A record without a key for a compacted topic, or with a time beyond the topic's limits, is named with what is wrong with it.
 * - A batch of a transaction is refused with 48 unless the transaction covers the partition (KIP-890), with 49 for another
 *   producer's id, with 47 for an old epoch, with 19 while the last transaction is being completed; without a transactional id
 *   everything in the request is refused with 53.
 * - Versions 0 to 2 are advertised and not served, as in Kafka 4: librdkafka before 2.11.1 would turn compression off.
 *
 * Version 5 adds the log start offset, 8 the error message, 9 is flexible.
 * With acks -1 the answer comes once every partition has its records on all in-sync replicas; 7 for those that have not after
 * the client's timeout, 6 where the leader is another one by then, 19 before anything is appended where the in-sync replicas
 * are fewer than min.insync.replicas. 20 does not occur: the high watermark stands still below min.insync.replicas (KIP-966).
 *
 * Batches without records are refused with 87; Kafka never answers them. snappy, lz4 and zstd that can't be unpacked are
 * taken; Kafka answers -1. A batch that came before is answered without the time at which it was stored.
 */
import type { Cluster } from '../model/cluster.ts'
import type { Appended, Partition } from '../model/partition.ts'
import { isInternalTopic } from '../model/topic.ts'
import type { TopicPartition } from '../model/transactions/transaction.ts'
import { Refusal, refusal } from '../refusal.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { produce as message } from '../wire/messages/00-produce.ts'
import {
  BATCH_HEADER_BYTES,
  BatchError,
  type BatchHeader,
  codecOf,
  isTransactionalBatch,
  readBatchHeader,
  ZSTD,
} from '../wire/record-batch.ts'
import type { RequestOf, ResponseOf } from '../wire/schema.ts'
import { may } from './access.ts'
import { type PendingAppend, whenReplicated } from './acks-all.ts'
import { attempt, type Call, handler } from './handler.ts'

type Request = RequestOf<typeof message>
type PartitionRequest = Request['topics'][number]['partitions'][number]
type PartitionResponse = ResponseOf<typeof message>['topics'][number]['partitions'][number]

export const produce = handler(message, { versions: '3-9', advertised: '0-9' }, (call, request) => {
  let isRefused = false
  const isUnauthorized = hasTransactional(request) && !mayUse(call, request.transactionalId)
  const pending: PendingAppend[] = []
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => {
      const response = isUnauthorized
        ? refused(partition.index, refusal('transactionalIdAuthorizationFailed', 'no transactional id'))
        : produceTo(call, name, partition, { ...request, pending })
      if (response.errorCode !== 0) isRefused = true
      return response
    }),
  }))
  if (request.acks === 0) return isRefused ? 'close' : 'nothing'
  if (pending.length === 0) return { topics }
  return whenReplicated(call, pending, request.timeoutMs).then(() => ({ topics }))
})

function produceTo(
  call: Call,
  name: string,
  request: PartitionRequest,
  {
    acks,
    transactionalId,
    pending,
  }: { acks: number; transactionalId: string | null; pending: PendingAppend[] },
): PartitionResponse {
  const { index, records } = request
  let partition: Partition | undefined
  try {
    if (acks < -1 || acks > 1) throw refusal('invalidRequiredAcks', `acks ${acks}`)
    if (!may(call, 'write', 'topic', name)) throw refusal('topicAuthorizationFailed', '')
    if (isInternalTopic(name)) throw refusal('invalidTopic', `${name} is written to by the broker only`)
    partition = leaderOf(call, name, index)
    if (records === null || records.length === 0) throw refusal('invalidRecord', 'no records')
    refuseCompression(records, call.version)
    const appended = partition.append(records, {
      acks,
      nowMs: call.cluster.clock.now(),
      verify: (header) => verify(call, transactionalId ?? '', { topic: name, partition: index }, header),
    })
    const response = stored(partition, appended)
    if (acks === -1 && partition.replicationOf(appended) !== 'none') {
      pending.push({
        partition,
        appended,
        onOutcome: (error) => {
          response.errorCode = codeOf(error)
          if (error !== 'none') response.baseOffset = -1
        },
      })
    }
    return response
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

function mayUse(call: Call, transactionalId: string | null): boolean {
  return transactionalId !== null && may(call, 'write', 'transactionalId', transactionalId)
}

const hasTransactional = ({ topics }: Request) =>
  topics.some(({ partitions }) =>
    partitions.some(({ records }) => records !== null && isTransactionalBatch(records)),
  )

/** Asked before the log is. @throws BatchError, in the words that producers know */
function verify(call: Call, transactionalId: string, where: TopicPartition, header: BatchHeader): void {
  const result = attempt(() => call.cluster.transactions.verify(transactionalId, header, where))
  if (!('error' in result)) return
  const errorName = producerErrors.get(result.error) ?? result.error
  throw new BatchError(errorName, errorName === 'invalidTxnState' ? NOT_ADDED : result.message, {
    isOfLog: false,
  })
}

/** Kafka's own words. */
const NOT_ADDED = 'Partition was not added to the transaction'

/** Producers don't know every error of the coordinator; what they know lets them do the right thing. */
const producerErrors = new Map<ErrorName, ErrorName>([
  ['producerFenced', 'invalidProducerEpoch'],
  ['concurrentTransactions', 'notEnoughReplicas'],
])

type Stored = { -readonly [N in keyof PartitionResponse]: PartitionResponse[N] }

function stored(partition: Partition, { baseOffset, logAppendTimeMs }: Appended): Stored {
  const { index, log } = partition
  return { index, errorCode: 0, baseOffset, logAppendTimeMs, logStartOffset: log.startOffset }
}

/** What a batch is refused for is told only where single records are to blame, as Kafka does it. */
function refused(index: number, error: Refusal | BatchError, partition?: Partition): PartitionResponse {
  const recordErrors = error instanceof BatchError ? error.recordErrors : []
  const isOfLog = error instanceof BatchError ? error.isOfLog : ofLog.has(error.errorName)
  const isTold =
    recordErrors.length > 0 || error.message === NOT_ADDED || error.message.startsWith('Invalid magic')
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
  'notEnoughReplicas',
])

/** The partition, if this node leads it. @throws Refusal */
export function leaderOf(call: { cluster: Cluster; node: { id: number } }, topic: string, index: number) {
  const partition = call.cluster.partition(topic, index)
  if (partition.leaderId !== call.node.id) {
    throw refusal('notLeaderOrFollower', `node ${partition.leaderId} leads ${topic}-${index}`)
  }
  return partition
}
