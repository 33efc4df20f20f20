/**
 * TxnOffsetCommit. Served: 0-3.
 *
 * - What is committed is hidden until the transaction has been committed. It must cover the group (48, see AddOffsetsToTxn).
 * - Another producer's id is refused with 49, an old epoch with 47 in every version.
 * - From version 3 on a consumer may say which member of which generation it is (KIP-447): an unknown member is refused with
 *   25, an old generation with 22. Who says nothing is not checked, even if the group has members.
 *
 * Version 2 adds the leader epoch, 3 is flexible.
 */
import type { Group } from '../model/group/group.ts'
import { refusal } from '../refusal.ts'
import { txnOffsetCommit as message } from '../wire/messages/28-txn-offset-commit.ts'
import type { RequestOf } from '../wire/schema.ts'
import { demand, groupError } from './access.ts'
import { committedOffset } from './committed-offset.ts'
import { attempt, type Call, handler, outcomeOf } from './handler.ts'

type Request = RequestOf<typeof message>
type Asked = Request['topics'][number]['partitions'][number]

export const txnOffsetCommit = handler(message, { versions: '0-3' }, (call, request) => {
  const group = attempt(() => groupOf(call, request))
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) => {
        const { errorCode } = outcomeOf(() => {
          demand(call, 'read', 'topic', name)
          call.cluster.partition(name, asked.index)
          if ('error' in group) throw refusal(group.error, group.message)
          commit(call, { group: group.value, request, topic: name, asked })
        })
        return { index: asked.index, errorCode }
      }),
    })),
  }
})

/** The group, if it takes this transaction's commits. @throws Refusal */
function groupOf(call: Call, request: Request): Group {
  const { cluster } = call
  const { groupId, transactionalId, generationId, memberId, groupInstanceId } = request
  if (transactionalId === '') throw refusal('invalidRequest', 'the transactional id is empty')
  if (groupId === '') throw refusal('invalidGroupId', 'the group id is empty')
  demand(call, 'write', 'transactionalId', transactionalId)
  const error = groupError(call, 'read', groupId)
  if (error !== 'none') throw refusal(error, `${groupId} is not to be had here`)
  const known = cluster.groups.get(groupId)
  if (known?.offsets.isOpen(request) !== true) verify(call, request)
  if (known === undefined && generationId >= 0)
    throw refusal('illegalGeneration', `there is no group ${groupId}`)
  const group = known ?? cluster.groups.obtain(groupId)
  const saysWho = generationId >= 0 || memberId !== '' || groupInstanceId !== null
  if (saysWho) refuseMember(group, request)
  return group
}

/** @throws Refusal unless the transaction covers the group */
function verify({ cluster }: Call, request: Request): void {
  const result = attempt(() =>
    cluster.transactions.verifyOffsets(request.transactionalId, request, request.groupId),
  )
  if ('error' in result) {
    const { error, message } = result
    throw refusal(error === 'producerFenced' ? 'invalidProducerEpoch' : error, message)
  }
}

function refuseMember(group: Group, request: Request): void {
  const { memberId, generationId } = request
  if (generationId < 0 && group.state === 'Empty') return
  const error = group.members.errorOf(request)
  if (error !== 'none') throw refusal(error, `member ${memberId}`)
  if (generationId !== group.generationId) throw refusal('illegalGeneration', `generation ${generationId}`)
}

function commit(
  call: Call,
  { group, request, topic, asked }: { group: Group; request: Request; topic: string; asked: Asked },
): void {
  const { producerId, producerEpoch } = request
  const committed = committedOffset(call, asked)
  group.offsets.commitPending({ producerId, producerEpoch, topic, partition: asked.index, committed })
}
