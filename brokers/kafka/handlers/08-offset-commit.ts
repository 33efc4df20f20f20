/**
 * OffsetCommit. Served: 1-8.
 *
 * - Without a generation (-1) only a group without members takes a commit: from a simple consumer or an admin.
 * - A wrong generation is refused with 22, an unknown member with 25; while the leader assigns with 27. While members join
 *   anew, commits are taken.
 * - Metadata longer than 4096 is refused with 12.
 *
 * Version 3 adds the throttle time, 6 the leader epoch, 7 static members, 8 is flexible.
 * Left out: expiry of offsets (what was committed stays).
 */
import type { Group } from '../model/group/group.ts'
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { offsetCommit as message } from '../wire/messages/08-offset-commit.ts'
import { coordinatorError } from './coordinator.ts'
import { type Call, handler, outcomeOf } from './handler.ts'

const METADATA_LENGTH_MAX = 4096

export const offsetCommit = handler(message, { versions: '1-8' }, (call, request) => {
  const { groupId, memberId, generationId } = request
  const group = groupOf(call, groupId, generationId)
  const notHere = coordinatorError(call, groupId)
  const ofGroup = () =>
    group === undefined ? 'illegalGeneration' : group.commitError(memberId, generationId)
  const groupError = notHere === 'none' ? ofGroup() : notHere
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index, committedOffset, committedLeaderEpoch, committedMetadata }) => {
        if (groupId === '') return { index, errorCode: codeOf('invalidGroupId') }
        if (groupError !== 'none') return { index, errorCode: codeOf(groupError) }
        const { errorCode } = outcomeOf(() => {
          call.cluster.partition(name, index)
          const metadata = committedMetadata ?? ''
          if (metadata.length > METADATA_LENGTH_MAX)
            throw refusal('offsetMetadataTooLarge', `${metadata.length} characters of metadata`)
          group?.offsets.commit(name, index, {
            offset: committedOffset,
            leaderEpoch: committedLeaderEpoch,
            metadata,
          })
        })
        return { index, errorCode }
      }),
    })),
  }
})

/** A commit without a generation makes the group; one with a generation speaks of a group that is gone. */
function groupOf(call: Call, groupId: string, generationId: number): Group | undefined {
  const known = call.cluster.groups.get(groupId)
  if (known !== undefined || generationId >= 0 || groupId === '') return known
  return call.cluster.group(groupId)
}
