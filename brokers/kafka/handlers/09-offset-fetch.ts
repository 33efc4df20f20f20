/**
 * OffsetFetch. Served: 1-8.
 *
 * - Offset -1 where nothing was committed, for an unknown group too: never an error.
 * - With `requireStable` (version 7 on) a partition whose offset an open transaction is about to commit is answered with 88.
 * - Null topics (version 2 on) mean all that were committed.
 *
 * Version 3 adds the throttle time, 5 the leader epoch, 6 is flexible, 8 asks for many groups.
 */
import type { GroupOffsets } from '../model/group/offsets.ts'
import { codeOf } from '../wire/error-code.ts'
import { offsetFetch as message } from '../wire/messages/09-offset-fetch.ts'
import { handler } from './handler.ts'

type Asked = readonly { readonly name: string; readonly partitions: readonly number[] }[] | null

export const offsetFetch = handler(message, { versions: '1-8' }, ({ cluster, version }, request) => {
  const offsetsOf = (groupId: string) => cluster.groups.get(groupId)?.offsets
  const { requireStable } = request
  if (version < 8) return { topics: committed(offsetsOf(request.groupId), request.topics, requireStable) }
  return {
    groups: request.groups.map(({ groupId, topics }) => ({
      groupId,
      errorCode: 0,
      topics: committed(offsetsOf(groupId), topics, requireStable),
    })),
  }
})

function committed(offsets: GroupOffsets | undefined, asked: Asked, requireStable: boolean) {
  return (asked ?? everything(offsets)).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((index) => {
      if (requireStable && offsets?.isPending(name, index) === true) return unstable(index)
      const found = offsets?.get(name, index)
      return {
        index,
        committedOffset: found?.offset ?? -1,
        committedLeaderEpoch: found?.leaderEpoch ?? -1,
        metadata: found?.metadata ?? '',
        errorCode: 0,
      }
    }),
  }))
}

function unstable(index: number) {
  const errorCode = codeOf('unstableOffsetCommit')
  return { index, committedOffset: -1, committedLeaderEpoch: -1, metadata: '', errorCode }
}

function everything(offsets: GroupOffsets | undefined): NonNullable<Asked> {
  const topics = Map.groupBy(offsets?.all() ?? [], ({ topic }) => topic)
  return [...topics].map(([name, all]) => ({ name, partitions: all.map(({ partition }) => partition) }))
}
