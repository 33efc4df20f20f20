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
import { coordinatorError } from './coordinator.ts'
import { attempt, type Call, handler, outcomeOf } from './handler.ts'

type Request = RequestOf<typeof message>
type Asked = Request['topics'][number]['partitions'][number]

const METADATA_LENGTH_MAX = 4096

export const txnOffsetCommit = handler(message, { versions: '0-3' }, (call, request) => {
  const group = attempt(() => groupOf(call, request))
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) => {
        const { errorCode } = outcomeOf(() => {
          call.cluster.partition(name, asked.index)
          if ('error' in group) throw refusal(group.error, group.message)
          commit(group.value, request, name, asked)
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
  const error = coordinatorError(call, groupId)
  if (error !== 'none') throw refusal(error, `this node does not coordinate ${groupId}`)
  const known = cluster.groups.get(groupId)
  if (known?.offsets.isOpen(request) !== true) verify(call, request)
  if (known === undefined && generationId >= 0)
    throw refusal('illegalGeneration', `there is no group ${groupId}`)
  const group = known ?? cluster.group(groupId)
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

function refuseMember(group: Group, { memberId, generationId }: Request): void {
  if (generationId < 0 && group.state === 'Empty') return
  if (!group.members.has(memberId)) throw refusal('unknownMemberId', `no member ${memberId}`)
  if (generationId !== group.generationId) throw refusal('illegalGeneration', `generation ${generationId}`)
}

function commit(group: Group, { producerId, producerEpoch }: Request, topic: string, asked: Asked): void {
  const metadata = asked.committedMetadata ?? ''
  if (metadata.length > METADATA_LENGTH_MAX)
    throw refusal('offsetMetadataTooLarge', `${metadata.length} characters of metadata`)
  group.offsets.commitPending({
    producerId,
    producerEpoch,
    topic,
    partition: asked.index,
    committed: { offset: asked.committedOffset, leaderEpoch: asked.committedLeaderEpoch, metadata },
  })
}
