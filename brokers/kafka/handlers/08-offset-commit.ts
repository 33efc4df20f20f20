/**
 * OffsetCommit. Served: 1-8.
 *
 * - Without a generation (-1) only a group without members takes a commit: from a simple consumer or an admin.
 * - A wrong generation is refused with 22, an unknown member with 25, one whose instance id another has taken over with 82;
 *   while the leader assigns with 27. While members join anew, commits are taken.
 * - Metadata longer than offset.metadata.max.bytes is refused with 12, a partition that there is not with 3.
 *
 * Version 2 to 4 have a retention of their own, 3 adds the throttle time, 6 the leader epoch, 7 static members, 8 is flexible.
 */
import type { Group } from '../model/group/group.ts'
import { refusal } from '../refusal.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { offsetCommit as message } from '../wire/messages/08-offset-commit.ts'
import type { RequestOf } from '../wire/schema.ts'
import { demand, groupError } from './access.ts'
import { committedOffset } from './committed-offset.ts'
import { type Call, handler, outcomeOf } from './handler.ts'

type Request = RequestOf<typeof message>

export const offsetCommit = handler(message, { versions: '1-8' }, (call, request) => {
  const refused = groupError(call, 'read', request.groupId)
  if (refused !== 'none') return refuseAll(request, refused)
  const group = groupOf(call, request)
  const error = errorOf(group, request)
  return {
    topics: request.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((asked) => {
        const { errorCode } = outcomeOf(() => {
          demand(call, 'read', 'topic', name)
          call.cluster.partition(name, asked.index)
          if (group === undefined || error !== 'none')
            throw refusal(error, 'The group does not take this commit.')
          group.offsets.commit(name, asked.index, committedOffset(call, asked, request.retentionTimeMs))
        })
        return { index: asked.index, errorCode }
      }),
    })),
  }
})

function refuseAll({ topics }: Request, error: ErrorName) {
  const errorCode = codeOf(error)
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index }) => ({ index, errorCode })),
    })),
  }
}

/** A commit without a generation makes the group; one with a generation speaks of a group that is gone. */
function groupOf({ cluster }: Call, { groupId, generationId }: Request): Group | undefined {
  const known = cluster.groups.get(groupId)
  if (known !== undefined || generationId >= 0) return known
  return cluster.groups.obtain(groupId)
}

function errorOf(group: Group | undefined, request: Request): ErrorName {
  return group?.commitError(request, request.generationId) ?? 'illegalGeneration'
}
