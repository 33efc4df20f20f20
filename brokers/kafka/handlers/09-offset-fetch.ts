/**
 * OffsetFetch. Served: 1-8.
 *
 * - Offset -1 where nothing was committed, for an unknown group too: never an error.
 * - Null topics (version 2 on) mean all that were committed.
 *
 * Version 3 adds the throttle time, 5 the leader epoch, 6 is flexible, 8 asks for many groups.
 * Left out: `requireStable` has nothing to wait for as long as there are no transactions.
 */
import type { GroupOffsets } from '../model/group/offsets.ts'
import { offsetFetch as message } from '../wire/messages/09-offset-fetch.ts'
import { handler } from './handler.ts'

type Asked = readonly { readonly name: string; readonly partitions: readonly number[] }[] | null

export const offsetFetch = handler(message, { versions: '1-8' }, ({ cluster, version }, request) => {
  const offsetsOf = (groupId: string) => cluster.groups.get(groupId)?.offsets
  if (version < 8) return { topics: committed(offsetsOf(request.groupId), request.topics) }
  return {
    groups: request.groups.map(({ groupId, topics }) => ({
      groupId,
      errorCode: 0,
      topics: committed(offsetsOf(groupId), topics),
    })),
  }
})

function committed(offsets: GroupOffsets | undefined, asked: Asked) {
  return (asked ?? everything(offsets)).map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((index) => {
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

function everything(offsets: GroupOffsets | undefined): NonNullable<Asked> {
  const topics = Map.groupBy(offsets?.all() ?? [], ({ topic }) => topic)
  return [...topics].map(([name, all]) => ({ name, partitions: all.map(({ partition }) => partition) }))
}
