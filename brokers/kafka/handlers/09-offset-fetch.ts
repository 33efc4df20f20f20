/**
 * OffsetFetch. Served: 1-8.
 *
 * - Offset -1 where nothing was committed, for an unknown group too; an error only for what a client may not see (30, 29).
 * - With `requireStable` (version 7 on) a partition whose offset an open transaction is about to commit is answered with 88.
 * - Null topics (version 2 on) mean all that were committed.
 *
 * Version 3 adds the throttle time, 5 the leader epoch, 6 is flexible, 8 asks for many groups.
 */
import type { CommittedOffset, GroupOffsets } from '../model/group/offsets.ts'
import { codeOf, type ErrorName } from '../wire/error-code.ts'
import { offsetFetch as message } from '../wire/messages/09-offset-fetch.ts'
import { groupError, may } from './access.ts'
import { type Call, handler } from './handler.ts'

type Asked = readonly { readonly name: string; readonly partitions: readonly number[] }[] | null

export const offsetFetch = handler(message, { versions: '1-8' }, (call, request) => {
  if (call.version < 8) {
    const error = groupError(call, 'describe', request.groupId)
    const { topics } = committed(call, request, error)
    // Version 1 has no place for it but the partitions.
    return { errorCode: codeOf(error), topics: error === 'none' || call.version < 2 ? topics : [] }
  }
  return {
    groups: request.groups.map((asked) => {
      const error = groupError(call, 'describe', asked.groupId)
      const { topics } = committed(call, { ...asked, requireStable: request.requireStable }, error)
      return { groupId: asked.groupId, errorCode: codeOf(error), topics: error === 'none' ? topics : [] }
    }),
  }
})

function committed(
  call: Call,
  { groupId, topics, requireStable }: { groupId: string; topics: Asked; requireStable: boolean },
  error: ErrorName,
) {
  const offsets = call.cluster.groups.get(groupId)?.offsets
  const mayTell = (name: string) => may(call, 'describe', 'topic', name)
  const asked = topics ?? everything(offsets).filter(({ name }) => mayTell(name))
  return {
    topics: asked.map(({ name, partitions }) => {
      const refused = error === 'none' && !mayTell(name) ? 'topicAuthorizationFailed' : error
      const found = (index: number) => (refused === 'none' ? offsets?.get(name, index) : undefined)
      const isUnstable = (index: number) =>
        refused === 'none' && requireStable && offsets?.isPending(name, index) === true
      return {
        name,
        partitions: partitions.map((index) =>
          isUnstable(index)
            ? told(index, undefined, 'unstableOffsetCommit')
            : told(index, found(index), refused),
        ),
      }
    }),
  }
}

function told(index: number, found: CommittedOffset | undefined, error: ErrorName) {
  return {
    index,
    committedOffset: found?.offset ?? -1,
    committedLeaderEpoch: found?.leaderEpoch ?? -1,
    metadata: found?.metadata ?? '',
    errorCode: codeOf(error),
  }
}

function everything(offsets: GroupOffsets | undefined): NonNullable<Asked> {
  const topics = Map.groupBy(offsets?.all() ?? [], ({ topic }) => topic)
  return [...topics].map(([name, all]) => ({ name, partitions: all.map(({ partition }) => partition) }))
}
