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
import { coordinatorError } from './coordinator.ts'
import { type Call, handler } from './handler.ts'

type Asked = readonly { readonly name: string; readonly partitions: readonly number[] }[] | null

export const offsetFetch = handler(message, { versions: '1-8' }, (call, request) => {
  const { requireStable } = request
  if (call.version >= 8) {
    return {
      groups: request.groups.map(({ groupId, topics }) => ({
        groupId,
        ...offsetsOf(call, { groupId, topics, requireStable }),
      })),
    }
  }
  return offsetsOf(call, request)
})

/** Of a group that another node coordinates, only that. */
function offsetsOf(
  call: Call,
  { groupId, topics: asked, requireStable }: { groupId: string; topics: Asked; requireStable: boolean },
) {
  const errorCode = codeOf(coordinatorError(call, groupId))
  const offsets = errorCode === 0 ? call.cluster.groups.get(groupId)?.offsets : undefined
  const topics = committed(offsets, asked, requireStable)
  // Version 1 has no error of the group.
  if (errorCode !== 0 && call.version >= 2) return { errorCode, topics: [] }
  return { errorCode, topics: errorCode === 0 ? topics : topics.map((topic) => withError(topic, errorCode)) }
}

function withError(topic: ReturnType<typeof committed>[number], errorCode: number) {
  return { ...topic, partitions: topic.partitions.map((partition) => ({ ...partition, errorCode })) }
}

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
