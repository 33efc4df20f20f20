/**
 * Produce. Served: 3-9; advertised: 0-9.
 *
 * - acks 0 gets no answer; if something is refused, the connection is closed.
 * - acks other than -1, 0, 1 are refused with 21, partition by partition.
 * - Each partition takes exactly one batch of format 2 and answers with its base offset; a batch of an idempotent producer
 *   that came before is answered with the offset it has.
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
 * Records without a key are taken by compacted topics too, and the limits on a record's
 * timestamp are not checked.
 */
import type { Cluster } from '../model/cluster.ts'
import type { Appended, Partition } from '../model/partition.ts'
import type { TopicPartition } from '../model/transactions/transaction.ts'
import { refusal } from '../refusal.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { produce as message } from '../wire/messages/00-produce.ts'
import { type BatchHeader, isTransactionalBatch } from '../wire/record-batch.ts'
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
        ? refused(partition.index, 'transactionalIdAuthorizationFailed', 'no transactional id')
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
  topic: string,
  request: PartitionRequest,
  {
    acks,
    transactionalId,
    pending,
  }: { acks: number; transactionalId: string | null; pending: PendingAppend[] },
): PartitionResponse {
  const { index, records } = request
  const result = attempt(() => {
    if (acks < -1 || acks > 1) throw refusal('invalidRequiredAcks', `acks ${acks}`)
    if (!may(call, 'write', 'topic', topic)) throw refusal('topicAuthorizationFailed', '')
    const partition = leaderOf(call, topic, index)
    if (records === null || records.length === 0) throw refusal('invalidRecord', 'no records')
    const appended = partition.append(records, {
      acks,
      nowMs: call.cluster.clock.now(),
      verify: (header) => verify(call, transactionalId ?? '', { topic, partition: index }, header),
    })
    return { partition, appended }
  })
  if ('error' in result) return refused(index, result.error, result.message)
  const { partition, appended } = result.value
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
}

function mayUse(call: Call, transactionalId: string | null): boolean {
  return transactionalId !== null && may(call, 'write', 'transactionalId', transactionalId)
}

const hasTransactional = ({ topics }: Request) =>
  topics.some(({ partitions }) =>
    partitions.some(({ records }) => records !== null && isTransactionalBatch(records)),
  )

/** @throws Refusal, in the words that producers know */
function verify(call: Call, transactionalId: string, where: TopicPartition, header: BatchHeader): void {
  const result = attempt(() => call.cluster.transactions.verify(transactionalId, header, where))
  if ('error' in result) throw refusal(producerErrors.get(result.error) ?? result.error, result.message)
}

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
