/** Probes over three nodes: who leads, what acks wait for, and what becomes of it when nodes go. */
import { produce } from '../wire/messages/00-produce.ts'
import { metadata } from '../wire/messages/03-metadata.ts'
import { findCoordinator } from '../wire/messages/10-find-coordinator.ts'
import { createTopics } from '../wire/messages/19-create-topics.ts'
import { createPartitions } from '../wire/messages/37-create-partitions.ts'
import type { ProbeWorld, Programs } from './probe.ts'
import { batchOf, fill, offsetAt, produceRequest, read, send } from './requests.ts'

const ON_ALL = { replicas: [[0, 1, 2]] }

/** Node 0 leads; node 1 and 2 follow. */
const ledByZero = (world: ProbeWorld, configs: Readonly<Record<string, string>> = {}) =>
  world.topic('t', { ...ON_ALL, configs })

async function noteReplicas(world: ProbeWorld, name: string, from: number): Promise<void> {
  const c = await world.connect('', { node: from })
  const { topics } = await c.ask(metadata, 7, { topics: [{ name }], allowAutoTopicCreation: false })
  for (const one of topics[0]?.partitions ?? [])
    world.note(
      `partition ${one.index}: leader ${one.leaderId}, epoch ${one.leaderEpoch}, replicas ${one.replicaNodes}, in sync ${one.isrNodes.toSorted()}`,
    )
}

const isInSync = (count: number) => (partition: { isrNodes: readonly number[] }) =>
  partition.isrNodes.length === count

export const clusterProbes: Programs = {
  'nodes: all are told, by each of them': async (_c, world) => {
    for (const node of [0, 1, 2]) {
      const c = await world.connect(`node ${node}`, { node })
      const answer = await c.ask(metadata, 7, { topics: [] })
      c.note(
        `${answer.brokers.map(({ nodeId }) => nodeId).sort()}, controller known: ${[0, 1, 2].includes(answer.controllerId)}`,
      )
    }
  },
  'nodes: replicas that one chooses are kept': async (_c, world) => {
    const name = await world.topic('t', {
      replicas: [
        [2, 0],
        [1, 2],
      ],
    })
    await noteReplicas(world, name, 0)
  },
  'nodes: more replicas than nodes': async (c, world) => {
    await c.call(createTopics, 4, {
      topics: [
        { name: world.name('t'), numPartitions: 1, replicationFactor: 4, assignments: [], configs: [] },
      ],
      timeoutMs: 5_000,
    })
  },
  'nodes: replicas that differ in number': async (c, world) => {
    const assignments = [
      { index: 0, brokerIds: [0, 1] },
      { index: 1, brokerIds: [0] },
    ]
    await c.call(createTopics, 4, {
      topics: [{ name: world.name('t'), numPartitions: -1, replicationFactor: -1, assignments, configs: [] }],
      timeoutMs: 5_000,
    })
    const name = await ledByZero(world)
    await c.call(createPartitions, 3, {
      topics: [{ name, count: 2, assignments: [{ brokerIds: [0] }] }],
      timeoutMs: 5_000,
      validateOnly: false,
    })
  },
  'nodes: by default as many replicas as the broker says': async (c, world) => {
    const answer = await c.ask(createTopics, 7, {
      topics: [
        { name: world.name('t'), numPartitions: 3, replicationFactor: -1, assignments: [], configs: [] },
      ],
      timeoutMs: 5_000,
    })
    c.note(`${answer.topics[0]?.numPartitions} partitions, ${answer.topics[0]?.replicationFactor} replicas`)
  },
  'nodes: who does not lead refuses': async (_c, world) => {
    const name = await ledByZero(world)
    const other = await world.connect('node 1', { node: 1 })
    await send(other, name, batchOf(['a']))
    await read(other, name, 0)
    await offsetAt(other, name, -1)
  },
  'nodes: the same coordinator is told by each of them': async (_c, world) => {
    const key = world.name('g')
    await world.coordinator(key)
    const found = new Set<number>()
    for (const node of [0, 1, 2]) {
      const c = await world.connect('', { node })
      found.add((await c.ask(findCoordinator, 2, { key })).nodeId)
    }
    world.note(`${found.size} coordinator`)
  },
  'nodes: acks all are on every replica': async (c, world) => {
    const name = await ledByZero(world)
    await send(c, name, batchOf(['a', 'b']))
    await read(c, name, 0)
    await noteReplicas(world, name, 1)
  },
  'nodes: a follower that stops leaves the replicas in sync, and comes back': async (c, world) => {
    const name = await ledByZero(world)
    await world.nodes[2]?.stop()
    await world.leader(name, isInSync(2))
    await noteReplicas(world, name, 0)
    await send(c, name, batchOf(['a']))
    await world.nodes[2]?.start()
    await world.leader(name, isInSync(3))
    await noteReplicas(world, name, 0)
  },
  'nodes: a leader that stops hands over, and what all had is there': async (c, world) => {
    const name = await ledByZero(world)
    await fill(c, name, batchOf(['a', 'b']))
    await world.nodes[0]?.stop()
    const leader = await world.leader(name, ({ leaderId }) => leaderId !== 0, 1)
    const next = await world.connect('', { node: leader })
    await next.until(
      produce,
      8,
      produceRequest(name, batchOf(['c'])),
      ({ topics }) => topics[0]?.partitions[0]?.errorCode === 0,
    )
    await read(next, name, 0)
    await world.nodes[0]?.start()
    await world.leader(name, isInSync(3), 1)
    await noteReplicas(world, name, 1)
  },
  'nodes: a leader that is killed is missed, and another one leads': async (c, world) => {
    const name = await ledByZero(world)
    await fill(c, name, batchOf(['a']))
    await world.nodes[0]?.kill()
    const leader = await world.leader(name, ({ leaderId }) => leaderId !== 0, 1)
    const next = await world.connect('', { node: leader })
    await next.until(
      produce,
      8,
      produceRequest(name, batchOf(['b'])),
      ({ topics }) => topics[0]?.partitions[0]?.errorCode === 0,
    )
    await offsetAt(next, name, -1)
    await world.nodes[0]?.start()
    await world.leader(name, isInSync(3), 1)
  },
  'nodes: fewer in sync than wanted refuse acks all and take acks 1': async (c, world) => {
    const name = await ledByZero(world, { 'min.insync.replicas': '3' })
    await send(c, name, batchOf(['a']))
    await world.nodes[1]?.stop()
    await world.leader(name, isInSync(2))
    await send(c, name, batchOf(['b']))
    await send(c, name, batchOf(['c']), { acks: 1 })
    await world.nodes[1]?.start()
    await world.leader(name, isInSync(3))
    await send(c, name, batchOf(['d']))
  },
  'nodes: without its only replica a partition has no leader': async (_c, world) => {
    const name = await world.topic('t', { replicas: [[2]] })
    await world.nodes[2]?.stop()
    const c = await world.connect('')
    const answer = await c.until(
      metadata,
      7,
      { topics: [{ name }], allowAutoTopicCreation: false },
      ({ topics }) => topics[0]?.partitions[0]?.leaderId === -1,
    )
    c.note(
      `error ${answer.topics[0]?.partitions[0]?.errorCode}, in sync ${answer.topics[0]?.partitions[0]?.isrNodes}, offline ${answer.topics[0]?.partitions[0]?.offlineReplicas}`,
    )
    await send(c, name, batchOf(['a']))
    await world.nodes[2]?.start()
    await world.leader(name, ({ leaderId }) => leaderId === 2)
  },
}
