/** A cluster with a data folder: what survives a stop and a SIGKILL, through the real kafkajs and over raw requests. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs, { type Admin, type Producer, type ProducerConfig } from 'kafkajs'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { discardSpares, type Kafka, type KafkaOptions, startKafka } from './kafka.ts'
import { rawConnect } from './raw-client.ts'
import { joinGroup } from './wire/messages/11-join-group.ts'
import { heartbeat } from './wire/messages/12-heartbeat.ts'
import { syncGroup } from './wire/messages/14-sync-group.ts'
import { describeGroups } from './wire/messages/15-describe-groups.ts'
import { alterConfigs } from './wire/messages/33-alter-configs.ts'

const { Kafka: KafkaJS, Partitioners } = kafkajs

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(discardSpares)

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kafka-data-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  return folder
}

async function start(options: KafkaOptions): Promise<Kafka> {
  const cluster = await startKafka(options)
  closing.push(() => cluster.stop())
  return cluster
}

const clientOf = (cluster: Kafka) =>
  new KafkaJS({
    brokers: [...cluster.brokers],
    logCreator: () => () => {},
    // Of 200 ms at most each: a restart takes seconds on a busy computer.
    retry: { initialRetryTime: 10, maxRetryTime: 200, retries: 200 },
  })

async function withAdmin<T>(cluster: Kafka, act: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = clientOf(cluster).admin()
  await admin.connect()
  try {
    return await act(admin)
  } finally {
    await admin.disconnect()
  }
}

async function newProducer(
  cluster: Kafka,
  options: Omit<ProducerConfig, 'createPartitioner'> = {},
): Promise<Producer> {
  const producer = clientOf(cluster).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    ...options,
  })
  await producer.connect()
  closing.push(() => producer.disconnect())
  return producer
}

/** All values of a topic, read by a new group. */
async function readAll(cluster: Kafka, topic: string, count: number): Promise<string[]> {
  const consumer = clientOf(cluster).consumer({ groupId: `reader-${Math.random()}`, maxWaitTimeInMs: 50 })
  await consumer.connect()
  const values: string[] = []
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
    await eventually(`${count} messages are read`, () => values.length >= count)
  } finally {
    await consumer.disconnect()
  }
  return values
}

describe.each([
  ['a SIGKILL', 'child'],
  ['a stop', 'worker'],
] as const)('after %s', (_, runsIn) => {
  test('topics, settings, records, commits and producer ids are as they were', async () => {
    const dataDir = await newFolder()
    const cluster = await start({ dataDir, runsIn })
    await withAdmin(cluster, async (admin) => {
      const configEntries = [{ name: 'retention.ms', value: '12345678' }]
      await admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 2, configEntries }] })
      await admin.createTopics({ topics: [{ topic: 'gone' }] })
      await admin.deleteTopics({ topics: ['gone'] })
    })
    const producer = await newProducer(cluster)
    for (let sent = 0; sent < 20; sent++) {
      await producer.send({ topic: 'orders', messages: [{ value: `m${sent}`, partition: sent % 2 }] })
    }
    await withAdmin(cluster, async (admin) => {
      await admin.setOffsets({ groupId: 'g', topic: 'orders', partitions: [{ partition: 0, offset: '4' }] })
      await admin.deleteTopicRecords({ topic: 'orders', partitions: [{ partition: 1, offset: '3' }] })
    })
    const before = await cluster.inspect()

    if (runsIn === 'child') await cluster.kill()
    await cluster.restart()

    const after = await cluster.inspect()
    expect(after.clusterId).toBe(before.clusterId)
    expect(after.topics.map(({ name }) => name)).toEqual(['orders'])
    const [topic] = after.topics
    expect(topic?.partitions.map(({ startOffset, endOffset }) => [startOffset, endOffset])).toEqual([
      [0, 10],
      [3, 10],
    ])
    expect(topic?.partitions.map(({ leaderEpoch }) => leaderEpoch)).toEqual([1, 1])
    expect(after.groups.find(({ id }) => id === 'g')?.offsets).toMatchObject([
      { topic: 'orders', partition: 0, offset: 4 },
    ])
    const values = await readAll(cluster, 'orders', 17)
    expect(values.sort()).toEqual(
      Array.from({ length: 20 }, (_unused, sent) => `m${sent}`)
        .filter((value) => !['m1', 'm3', 'm5'].includes(value))
        .sort(),
    )
    expect(await readdir(join(dataDir, 'node-0'))).toEqual(['orders-0', 'orders-1'])
    await withAdmin(cluster, async (admin) => {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: 2, name: 'orders', configNames: ['retention.ms'] }],
      })
      expect(resources[0]?.configEntries[0]?.configValue).toBe('12345678')
    })
  })
})

test('an idempotent producer goes on across a SIGKILL without a gap, and nothing is there twice', async () => {
  const cluster = await start({ dataDir: await newFolder(), runsIn: 'child' })
  await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))
  const producer = await newProducer(cluster, { idempotent: true })
  for (let sent = 0; sent < 5; sent++)
    await producer.send({ topic: 'orders', messages: [{ value: `${sent}` }] })
  await cluster.kill()
  const [, sends] = await Promise.all([
    cluster.restart(),
    Promise.all(
      [5, 6, 7].map((sent) => producer.send({ topic: 'orders', messages: [{ value: `${sent}` }] })),
    ),
  ])
  expect(sends).toHaveLength(3)
  expect((await readAll(cluster, 'orders', 8)).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
})

test('a second cluster on the same folder is refused in one sentence', async () => {
  const dataDir = await newFolder()
  await start({ dataDir })
  await expect(startKafka({ dataDir })).rejects.toThrow(
    `${join(dataDir, 'kafka.sqlite')} is in use by another broker: stop that one, or give this one another dataDir`,
  )
})

test('a topic that is deleted and made again begins empty, also after a restart', async () => {
  const cluster = await start({ dataDir: await newFolder(), runsIn: 'child' })
  const producer = await newProducer(cluster)
  const create = () => withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))
  await create()
  await producer.send({ topic: 'orders', messages: [{ value: 'old' }] })
  await withAdmin(cluster, (admin) => admin.deleteTopics({ topics: ['orders'] }))
  await create()
  await producer.send({ topic: 'orders', messages: [{ value: 'new' }] })
  await cluster.kill()
  await cluster.restart()
  expect(await readAll(cluster, 'orders', 1)).toEqual(['new'])
})

describe('three nodes', () => {
  test('are in sync again after a SIGKILL, and every copy has every record', async () => {
    const cluster = await start({
      nodes: 3,
      defaultReplicationFactor: 3,
      dataDir: await newFolder(),
      runsIn: 'child',
    })
    await withAdmin(cluster, (admin) =>
      admin.createTopics({ topics: [{ topic: 'orders', numPartitions: 3 }] }),
    )
    const producer = await newProducer(cluster)
    for (let sent = 0; sent < 30; sent++) {
      await producer.send({
        topic: 'orders',
        acks: -1,
        messages: [{ value: `${sent}`, partition: sent % 3 }],
      })
    }
    const ofTopic = async () => (await cluster.inspect()).topics[0]?.partitions ?? []
    const before = await ofTopic()
    await cluster.kill()
    await cluster.restart()
    for (const { index } of before) await cluster.waitForIsr('orders', index, before[index]?.isr ?? [])
    const after = await ofTopic()
    expect(after.map(({ highWatermark }) => highWatermark)).toEqual([10, 10, 10])
    expect(after.map(({ leaderId }) => leaderId)).toEqual(before.map(({ leaderId }) => leaderId))
    expect(after.map(({ leaderEpoch }) => leaderEpoch)).toEqual([1, 1, 1])
    // Whoever leads has everything: it was on every in-sync replica.
    for (const { index, leaderId } of after) await cluster.moveLeader('orders', index, (leaderId + 1) % 3)
    expect((await readAll(cluster, 'orders', 30)).length).toBe(30)
  })

  test('a replica that had fallen out of sync does not lead after a SIGKILL', async () => {
    const cluster = await start({
      nodes: 3,
      defaultReplicationFactor: 3,
      dataDir: await newFolder(),
      runsIn: 'child',
    })
    await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))
    const leaderOf = async () => (await cluster.inspect()).topics[0]?.partitions[0]?.leaderId ?? -1
    const leader = await leaderOf()
    const behind = (leader + 1) % 3
    const producer = await newProducer(cluster)
    await producer.send({ topic: 'orders', messages: [{ value: 'all have it' }] })
    await cluster.freezeNode(behind)
    await producer.send({ topic: 'orders', acks: 1, messages: [{ value: 'one lacks it' }] })
    await cluster.shrinkIsr('orders', 0)
    await cluster.kill()
    await cluster.restart()
    expect(await leaderOf()).toBe(leader)
    await cluster.waitForIsr(
      'orders',
      0,
      [...Array(3).keys()].map((at) => (leader + at) % 3),
    )
    await cluster.moveLeader('orders', 0, behind)
    expect(await readAll(cluster, 'orders', 2)).toEqual(['all have it', 'one lacks it'])
  })
})

describe('transactions', () => {
  test('one that was open at a SIGKILL stays hidden, and its producer goes on where it was', async () => {
    const cluster = await start({ dataDir: await newFolder(), runsIn: 'child' })
    await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))
    const producer = await newProducer(cluster, {
      idempotent: true,
      transactionalId: 'x',
      maxInFlightRequests: 1,
    })
    const first = await producer.transaction()
    await first.send({ topic: 'orders', messages: [{ value: 'committed' }] })
    await first.commit()
    const second = await producer.transaction()
    await second.send({ topic: 'orders', messages: [{ value: 'before the kill' }] })
    await second.sendOffsets({
      consumerGroupId: 'g',
      topics: [{ topic: 'orders', partitions: [{ partition: 0, offset: '1' }] }],
    })
    await cluster.kill()
    await cluster.restart()
    const open = (await cluster.inspect()).topics[0]?.partitions[0]
    expect(open?.lastStableOffset).toBe(2)
    expect(await committedOf(cluster)).toBe('-1')
    await second.send({ topic: 'orders', messages: [{ value: 'behind it' }] })
    await second.commit()
    expect(await committedOf(cluster)).toBe('1')
    expect(await readAll(cluster, 'orders', 3)).toEqual(['committed', 'before the kill', 'behind it'])
  })

  test('one whose time was up while the cluster was down is aborted, and its marker is in the log', async () => {
    const cluster = await start({ dataDir: await newFolder(), runsIn: 'child' })
    await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))
    const options = { idempotent: true, transactionalId: 'x', transactionTimeout: 5_000 }
    const producer = await newProducer(cluster, options)
    const transaction = await producer.transaction()
    await transaction.send({ topic: 'orders', messages: [{ value: 'aborted' }] })
    await cluster.kill()
    await cluster.restart()
    await cluster.elapse(5_000)
    const partition = (await cluster.inspect()).topics[0]?.partitions[0]
    expect([partition?.lastStableOffset, partition?.endOffset]).toEqual([2, 2])
    const other = await newProducer(cluster)
    await other.send({ topic: 'orders', messages: [{ value: 'seen' }] })
    expect(await readAll(cluster, 'orders', 1)).toEqual(['seen'])
  })
})

async function committedOf(cluster: Kafka): Promise<string | undefined> {
  const [topic] = await withAdmin(cluster, (admin) =>
    admin.fetchOffsets({ groupId: 'g', topics: ['orders'] }),
  )
  return topic?.partitions[0]?.offset
}

const connect = (cluster: Kafka) =>
  rawConnect({ host: '127.0.0.1', port: Number(cluster.brokers[0]?.split(':').at(-1)) })

describe('a group', () => {
  test('is stable after a SIGKILL as it was before: its member goes on in its generation', async () => {
    const cluster = await start({ dataDir: await newFolder(), runsIn: 'child' })
    const before = await connect(cluster)
    const protocols = [{ name: 'range', metadata: Buffer.from('topics') }]
    const request = { groupId: 'g', sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 30_000, protocols }
    const joined = await before.call(joinGroup, 3, { ...request, memberId: '', protocolType: 'consumer' })
    const { memberId = '', generationId = -1 } = joined ?? {}
    const assignments = [{ memberId, assignment: Buffer.from('partition 0') }]
    await before.call(syncGroup, 2, { groupId: 'g', generationId, memberId, assignments })
    await cluster.kill()
    await cluster.restart()

    const after = await connect(cluster)
    const described = await after.call(describeGroups, 0, { groups: ['g'] })
    expect(described?.groups).toMatchObject([
      {
        groupState: 'Stable',
        protocolType: 'consumer',
        protocolData: 'range',
        members: [
          { memberId, memberMetadata: protocols[0]?.metadata, memberAssignment: assignments[0]?.assignment },
        ],
      },
    ])
    const member = { groupId: 'g', generationId, memberId }
    expect(await after.call(heartbeat, 1, member)).toMatchObject({ errorCode: 0 })
    expect(await after.call(heartbeat, 1, { ...member, generationId: 7 })).toMatchObject({ errorCode: 22 })
    await cluster.expireSession('g', memberId)
    expect((await cluster.inspect()).groups).toMatchObject([{ id: 'g', state: 'Empty', generationId: 2 }])
    await cluster.kill()
    await cluster.restart()
    expect((await cluster.inspect()).groups).toMatchObject([{ id: 'g', state: 'Empty', generationId: 2 }])
    for (const client of [before, after]) client.cut()
  })

  test('that was deleted does not come back', async () => {
    const cluster = await start({ dataDir: await newFolder(), runsIn: 'child' })
    await withAdmin(cluster, async (admin) => {
      await admin.createTopics({ topics: [{ topic: 'orders' }] })
      await admin.setOffsets({ groupId: 'g', topic: 'orders', partitions: [{ partition: 0, offset: '0' }] })
      await admin.deleteGroups(['g'])
    })
    await cluster.kill()
    await cluster.restart()
    expect((await cluster.inspect()).groups).toEqual([])
  })
})

test('what brokers were set to while they ran is set after a SIGKILL', async () => {
  const cluster = await start({ dataDir: await newFolder(), runsIn: 'child' })
  await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 'orders' }] }))
  const client = await connect(cluster)
  const minIsr = { name: 'min.insync.replicas', value: '1' }
  const own = { name: 'message.max.bytes', value: '2000' }
  const alter = (resourceName: string, configs: { name: string; value: string }[]) =>
    client.call(alterConfigs, 1, {
      resources: [{ resourceType: 4, resourceName, configs }],
      validateOnly: false,
    })
  // No name: all brokers.
  expect(await alter('', [minIsr, own])).toMatchObject({ responses: [{ errorCode: 0 }] })
  expect(await alter('0', [{ ...own, value: '1000' }])).toMatchObject({ responses: [{ errorCode: 0 }] })
  client.cut()
  await cluster.kill()
  await cluster.restart()
  const sources = await withAdmin(cluster, async (admin) => {
    const { resources } = await admin.describeConfigs({
      includeSynonyms: true,
      resources: [{ type: 4, name: '0', configNames: ['message.max.bytes'] }],
    })
    return resources[0]?.configEntries[0]?.configSynonyms.map((one) => [one.configValue, one.configSource])
  })
  expect(sources).toEqual([
    ['1000', 2],
    ['2000', 3],
    ['1048588', 5],
  ])
  const producer = await newProducer(cluster)
  const send = producer.send({ topic: 'orders', messages: [{ value: 'x'.repeat(3_000) }] })
  await expect(send).rejects.toMatchObject({ type: 'MESSAGE_TOO_LARGE' })
})

describe('on the clock that is moved', () => {
  const sendTo = async (cluster: Kafka, messages: { key: string; value: string | null }[]) => {
    const producer = await newProducer(cluster)
    await producer.send({ topic: 't', messages })
  }
  const offsetsOf = async (cluster: Kafka) => {
    const partition = (await cluster.inspect()).topics[0]?.partitions[0]
    return [partition?.startOffset, partition?.endOffset]
  }

  test.each([{}, { withFolder: true }])(
    'records older than retention.ms are gone: %o',
    async ({ withFolder }) => {
      const cluster = await start(withFolder ? { dataDir: await newFolder() } : {})
      const configEntries = [{ name: 'retention.ms', value: '60000' }]
      await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 't', configEntries }] }))
      await sendTo(cluster, [{ key: 'a', value: '1' }])
      expect(await cluster.applyRetention()).toBe(0)
      await cluster.elapse(400_000)
      expect(await offsetsOf(cluster)).toEqual([1, 1])
      await sendTo(cluster, [{ key: 'a', value: '2' }])
      expect(await offsetsOf(cluster)).toEqual([1, 2])
    },
  )

  test.each([{}, { withFolder: true }])(
    'compaction leaves the latest of each key, and tombstones go: %o',
    async ({ withFolder }) => {
      const cluster = await start(withFolder ? { dataDir: await newFolder() } : {})
      const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
      await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 't', configEntries }] }))
      await sendTo(cluster, [
        { key: 'a', value: '1' },
        { key: 'b', value: '1' },
        { key: 'a', value: '2' },
      ])
      await sendTo(cluster, [{ key: 'b', value: null }])
      await cluster.compact('t')
      expect((await readAll(cluster, 't', 2)).sort()).toEqual(['2', 'null'])
      await cluster.elapse(86_400_000)
      await cluster.compact()
      expect(await readAll(cluster, 't', 1)).toEqual(['2'])
      await expect(cluster.compact('nothing')).rejects.toThrow("there is no topic 'nothing'")
    },
  )

  test('a compacted topic refuses a record without a key', async () => {
    const cluster = await start({})
    const configEntries = [{ name: 'cleanup.policy', value: 'compact' }]
    await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 't', configEntries }] }))
    const producer = await newProducer(cluster)
    await expect(producer.send({ topic: 't', messages: [{ value: 'x' }] })).rejects.toMatchObject({
      code: 87,
    })
  })

  test('a record from too far ahead is refused', async () => {
    const cluster = await start({})
    await withAdmin(cluster, (admin) => admin.createTopics({ topics: [{ topic: 't' }] }))
    const producer = await newProducer(cluster)
    const send = (timestamp: number) =>
      producer.send({ topic: 't', messages: [{ value: 'x', timestamp: String(timestamp) }] })
    await send(Date.now() + 3_000_000)
    await expect(send(Date.now() + 3_700_000)).rejects.toMatchObject({ type: 'INVALID_TIMESTAMP' })
  })
})
