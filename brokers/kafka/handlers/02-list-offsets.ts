/**
 * ListOffsets. Served: 1-7.
 *
 * - -1 asks for the end (the last stable offset when only committed records count), -2 for the start, -3 for the record with
 *   the latest time; any other number for the first record at that time or later, -1 if there is none.
 * - A new leader that does not know the high watermark yet answers 78, before version 5 with 5 (KIP-207).
 *
 * Version 2 adds the isolation level, 4 the leader epoch, 6 is flexible, 7 adds -3.
 *
 * Once all records are deleted there is no latest time; Kafka knows that of the last one as long as its segment lies there.
 */
import type { Partition } from '../model/partition.ts'
import type { Position } from '../model/record-log.ts'
import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import { listOffsets as message } from '../wire/messages/02-list-offsets.ts'
import { leaderOf } from './00-produce.ts'
import { demand } from './access.ts'
import { attempt, handler } from './handler.ts'
import { refuseLeaderEpoch, refuseUnknownHighWatermark } from './leader-epoch.ts'

const LATEST = -1
const EARLIEST = -2
const MAX_TIMESTAMP = -3
const READ_COMMITTED = 1

export const listOffsets = handler(message, { versions: '1-7' }, (call, request) => ({
  topics: request.topics.map(({ name, partitions }) => ({
    name,
    partitions: onlyOnce(partitions).map(({ index, currentLeaderEpoch, timestamp }) => {
      const result = attempt(() => {
        demand(call, 'describe', 'topic', name)
        const partition = leaderOf(call, name, index)
        refuseLeaderEpoch(partition, currentLeaderEpoch)
        if (timestamp < EARLIEST && !(timestamp === MAX_TIMESTAMP && call.version >= 7))
          throw refusal('unsupportedVersion', `no offset is named by ${timestamp}`)
        if (isTwice(partitions, index)) throw refusal('invalidRequest', `partition ${index} twice`)
        if (timestamp !== EARLIEST) refuseUnknownHighWatermark(partition, call.version >= 5)
        const found = find(partition, timestamp, request.isolationLevel === READ_COMMITTED)
        return { ...found, leaderEpoch: found.offset === -1 ? -1 : partition.leaderEpoch }
      })
      if ('error' in result) return { index, errorCode: codeOf(result.error) }
      return { index, errorCode: 0, ...result.value }
    }),
  })),
}))

const onlyOnce = <P extends { readonly index: number }>(partitions: readonly P[]) =>
  partitions.length < 2 ? partitions : [...new Map(partitions.map((one) => [one.index, one])).values()]

const isTwice = (partitions: readonly { readonly index: number }[], index: number) =>
  partitions.length > 1 && partitions.filter((one) => one.index === index).length > 1

function find(partition: Partition, timestamp: number, isCommitted: boolean) {
  const { log } = partition
  const endOffset = isCommitted ? partition.lastStableOffset : partition.highWatermark
  const readable = (found: Position | undefined) =>
    found !== undefined && found.offset < endOffset ? found : { offset: -1, timestamp: -1 }
  switch (timestamp) {
    case LATEST:
      return { offset: endOffset, timestamp: -1 }
    case EARLIEST:
      return { offset: log.startOffset, timestamp: -1 }
    case MAX_TIMESTAMP:
      return readable(log.findLatestTime())
    default:
      return readable(log.findTime(timestamp))
  }
}
