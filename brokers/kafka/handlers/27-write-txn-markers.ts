/**
 * WriteTxnMarkers. Served: 1.
 *
 * - Ends a producer's transaction on the partitions that are named, as an admin does who aborts one that hangs. Answered once
 *   the markers are on every in-sync replica.
 * - Refused partition by partition: one that there is not (3), one that another node leads (6), an old epoch of the producer
 *   (47) or of the coordinator (52), whoever may not alter the cluster (31).
 */

import { refusal } from '../refusal.ts'
import { codeOf } from '../wire/error-code.ts'
import type { Marker } from '../wire/marker.ts'
import { writeTxnMarkers as message } from '../wire/messages/27-write-txn-markers.ts'
import type { RequestOf } from '../wire/schema.ts'
import { leaderOf } from './00-produce.ts'
import { demandCluster, mayOnCluster } from './access.ts'
import { type PendingAppend, whenReplicated } from './acks-all.ts'
import { attempt, type Call, handler } from './handler.ts'

/** Kafka's request.timeout.ms. */
const REPLICATED_MS_MAX = 30_000

type Asked = RequestOf<typeof message>['markers'][number]

export const writeTxnMarkers = handler(message, { versions: '1' }, (call, request) => {
  const pending: PendingAppend[] = []
  const markers = request.markers.map((asked) => ({
    producerId: asked.producerId,
    topics: asked.topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map((index) => write(call, asked, { name, index, pending })),
    })),
  }))
  if (pending.length === 0) return { markers }
  return whenReplicated(call, pending, REPLICATED_MS_MAX).then(() => ({ markers }))
})

function write(
  call: Call,
  { producerId, producerEpoch, transactionResult, coordinatorEpoch }: Asked,
  { name, index, pending }: { name: string; index: number; pending: PendingAppend[] },
) {
  const marker: Marker = { producerId, producerEpoch, isCommit: transactionResult, coordinatorEpoch }
  const response = { index, errorCode: 0 }
  const written = attempt(() => {
    if (!mayOnCluster(call, 'alter')) demandCluster(call, 'clusterAction')
    const partition = leaderOf(call, name, index)
    partition.leader.producers.checkMarker(marker)
    const appended = partition.appendMarker(marker, call.cluster.clock.now())
    if (appended === undefined) throw refusal('notEnoughReplicas', `${name}-${index} takes no marker now`)
    return { partition, appended }
  })
  if ('error' in written) return { index, errorCode: codeOf(written.error) }
  const { partition, appended } = written.value
  if (partition.replicationOf(appended) !== 'none') {
    pending.push({
      partition,
      appended,
      onOutcome: (error) => {
        response.errorCode = codeOf(error)
      },
    })
  }
  return response
}
