/** Probes over what admin clients and careful consumers read first: the cluster, and where epochs ended. */
import { offsetForLeaderEpoch } from '../wire/messages/23-offset-for-leader-epoch.ts'
import { describeCluster } from '../wire/messages/60-describe-cluster.ts'
import { describeProducers } from '../wire/messages/61-describe-producers.ts'
import type { Programs } from './probe.ts'
import type { ProbeClient } from './probe-client.ts'
import { batchOf, fill } from './requests.ts'

const endOf = (
  c: ProbeClient,
  name: string,
  leaderEpoch: number,
  currentLeaderEpoch = -1,
  index = 0,
  version = 4,
) =>
  c.call(offsetForLeaderEpoch, version, {
    topics: [{ name, partitions: [{ index, currentLeaderEpoch, leaderEpoch }] }],
  })

export const readingProbes: Programs = {
  'cluster: told by version': async (c) => {
    for (let version = 0; version <= 2; version++)
      await c.call(describeCluster, version, { includeClusterAuthorizedOperations: false })
  },
  'cluster: with what one may do': async (c) => {
    await c.call(describeCluster, 1, { includeClusterAuthorizedOperations: true })
  },
  'cluster: controllers, and what nobody knows': async (c) => {
    for (const endpointType of [2, 9])
      await c.call(describeCluster, 1, { includeClusterAuthorizedOperations: false, endpointType })
  },
  'epochs: where the first one ends, told by version': async (c, world) => {
    const name = await world.topic('t')
    await endOf(c, name, 0)
    await fill(c, name, batchOf(['a', 'b']))
    for (let version = 2; version <= 4; version++) await endOf(c, name, 0, -1, 0, version)
  },
  'epochs: of the future and of the past': async (c, world) => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a']))
    for (const epoch of [1, -1, 7]) await endOf(c, name, epoch)
  },
  'epochs: with an epoch of the leader': async (c, world) => {
    const name = await world.topic('t')
    for (const epoch of [0, 1]) await endOf(c, name, 0, epoch)
  },
  'epochs: of an unknown topic and an unknown partition': async (c, world) => {
    await endOf(c, world.name('unknown'), 0)
    await endOf(c, await world.topic('t'), 0, -1, 5)
  },
  'producers: of a partition that has none, and of one that is not there': async (c, world) => {
    const name = await world.topic('t')
    await c.call(describeProducers, 0, { topics: [{ name, partitions: [0, 4] }] })
    await c.call(describeProducers, 0, { topics: [{ name: world.name('unknown'), partitions: [0] }] })
  },
  'producers: of a partition that has one': async (c, world) => {
    const name = await world.topic('t')
    await fill(c, name, batchOf(['a', 'b'], { producerId: 123_456, producerEpoch: 2, baseSequence: 0 }))
    const answer = await c.ask(describeProducers, 0, { topics: [{ name, partitions: [0] }] })
    for (const { lastTimestamp, ...rest } of answer.topics[0]?.partitions[0]?.activeProducers ?? [])
      c.note(`${JSON.stringify(rest)}, ${Date.now() - lastTimestamp < 60_000 ? 'now' : lastTimestamp}`)
  },
}
