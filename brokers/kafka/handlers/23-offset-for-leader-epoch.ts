/**
 * OffsetForLeaderEpoch. Served: 2-4.
 *
 * - Where the asked epoch ended, or else the greatest one below it: consumers find out by it that what they have read was cut
 *   off when the leader changed. -1 and -1 where nothing is known that far back.
 *
 * Version 3 adds who asks, 4 is flexible.
 */
import { codeOf } from '../wire/error-code.ts'
import { offsetForLeaderEpoch as message } from '../wire/messages/23-offset-for-leader-epoch.ts'
import { leaderOf } from './00-produce.ts'
import { demand } from './access.ts'
import { attempt, handler } from './handler.ts'
import { refuseLeaderEpoch } from './leader-epoch.ts'

export const offsetForLeaderEpoch = handler(message, { versions: '2-4' }, (call, request) => ({
  topics: request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ index, currentLeaderEpoch, leaderEpoch }) => {
      const result = attempt(() => {
        demand(call, 'describe', 'topic', name)
        const partition = leaderOf(call, name, index)
        refuseLeaderEpoch(partition, currentLeaderEpoch)
        if (leaderEpoch === partition.leaderEpoch)
          return { epoch: leaderEpoch, endOffset: partition.highWatermark }
        if (leaderEpoch > partition.leaderEpoch) return { epoch: -1, endOffset: -1 }
        return partition.leader.epochs.endOf(leaderEpoch, partition.highWatermark)
      })
      if ('error' in result) return { index, errorCode: codeOf(result.error) }
      return { index, errorCode: 0, leaderEpoch: result.value.epoch, endOffset: result.value.endOffset }
    }),
  })),
}))
