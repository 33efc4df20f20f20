/** The real kafkajs, unchanged, against the embedded Kafka: admin, producers, consumer groups. */
import kafkajs, { type Consumer } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { type Kafka, startKafka } from './kafka.ts'

// Not every name of this CommonJS package can be imported by name.
const { CompressionTypes, ConfigResourceTypes, Kafka: KafkaJS, Partitioners } = kafkajs

let broker: Kafka
let names = 0
const open: { disconnect(): Promise<void> }[] = []

beforeAll(async () => {
  broker = await startKafka({ numPartitions: 2 })
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.disconnect()))
})
afterAll(() => broker.stop())

const newName = (label: string) => `${label}-${++names}`
const client = () =>
  new KafkaJS({
    clientId: 'test',
    brokers: [...broker.brokers],
    logCreator: () => () => {},
    retry: { initialRetryTime: 10, maxRetryTime: 100 },
  })

async function connected<C extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  one: C,
): Promise<C> {
  await one.connect()
  open.push(one)
  return one
}
const newAdmin = () => connected(client().admin())
const newProducer = (options: { idempotent?: boolean } = {}) =>
  connected(client().producer({ createPartitioner: Partitioners.DefaultPartitioner, ...options }))
const newConsumer = (groupId: string, options: { sessionTimeout?: number } = {}) =>
  connected(
    client().consumer({
      groupId,
      maxWaitTimeInMs: 50,
      heartbeatInterval: 100,
      rebalanceTimeout: 2_000,
      ...options,
    }),
  )

async function newTopic(numPartitions = 1): Promise<string> {
  const topic = newName('topic')
  const admin = await newAdmin()
  await admin.createTopics({ topics: [{ topic, numPartitions }] })
  return topic
}

/** Runs `consumer` and gathers what it is handed. */
async function gather(consumer: Consumer, topic: string) {
  const values: string[] = []
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => void values.push(String(message.value)),
  })
  return values
}

const groupOf = async (id: string) => (await broker.inspect()).groups.find((group) => group.id === id)
const partitionOf = async (topic: string, index = 0) =>
  (await broker.inspect()).topics.find(({ name }) => name === topic)?.partitions[index]
const isStable = (id: string, members: number) => async () => {
  const group = await groupOf(id)
  return group?.state === 'Stable' && group.members.length === members
}

describe('admin', () => {
  test('creates, lists and deletes topics', async () => {
    const admin = await newAdmin()
    const topic = await newTopic(3)

    expect(await admin.listTopics()).toContain(topic)
    expect((await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions).toHaveLength(3)
    expect(await admin.createTopics({ topics: [{ topic }] })).toBe(false)

    await admin.deleteTopics({ topics: [topic] })
    expect(await admin.listTopics()).not.toContain(topic)
  })

  test.each([
    [{ topic: 'no spaces' }, 'INVALID_TOPIC_EXCEPTION'],
    [{ topic: 'a', replicationFactor: 2 }, 'INVALID_REPLICATION_FACTOR'],
    [{ topic: 'a', numPartitions: 0 }, 'INVALID_PARTITIONS'],
    [{ topic: 'a', configEntries: [{ name: 'no.such', value: '1' }] }, 'INVALID_CONFIG'],
    [{ topic: 'a', configEntries: [{ name: 'retention.ms', value: 'soon' }] }, 'INVALID_CONFIG'],
    [{ topic: 'a', replicaAssignment: [{ partition: 0, replicas: [7] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
  ])('a topic such as %j is refused with %s', async (topic, type) => {
    const admin = await newAdmin()
    await expect(admin.createTopics({ topics: [topic] })).rejects.toMatchObject({ errors: [{ type }] })
  })

  test('gives a topic more partitions, never fewer', async () => {
    const admin = await newAdmin()
    const topic = await newTopic(1)
    await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] })
    expect((await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions).toHaveLength(3)
    await expect(admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] })).rejects.toMatchObject({
      type: 'INVALID_PARTITIONS',
    })
  })

  test('shows every setting of a topic with its source', async () => {
    const admin = await newAdmin()
    const topic = newName('topic')
    await admin.createTopics({
      topics: [{ topic, configEntries: [{ name: 'retention.ms', value: '1000' }] }],
    })

    const { resources } = await admin.describeConfigs({
      includeSynonyms: true,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
    })

    const entries = resources[0]?.configEntries ?? []
    expect(entries.find(({ configName }) => configName === 'retention.ms')).toMatchObject({
      configValue: '1000',
      configSource: 1,
    })
    expect(entries.find(({ configName }) => configName === 'cleanup.policy')).toMatchObject({
      configValue: 'delete',
      configSource: 5,
    })
  })

  test('moves the start of a log up', async () => {
    const admin = await newAdmin()
    const producer = await newProducer()
    const topic = await newTopic()
    await producer.send({ topic, messages: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] })

    // kafkajs finds the leader only of a topic that this client has asked for before.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })

    expect(await admin.fetchTopicOffsets(topic)).toEqual([{ partition: 0, offset: '3', high: '3', low: '2' }])
  })

  test('finds the offset at a time', async () => {
    const admin = await newAdmin()
    const producer = await newProducer()
    const topic = await newTopic()
    for (const timestamp of ['1000', '2000', '3000'])
      await producer.send({ topic, messages: [{ value: timestamp, timestamp }] })

    const at = async (ms: number) => (await admin.fetchTopicOffsetsByTimestamp(topic, ms))[0]?.offset
    expect([await at(500), await at(1001), await at(3000)]).toEqual(['0', '1', '2'])
  })

  test('describes, lists and deletes groups', async () => {
    const admin = await newAdmin()
    const topic = await newTopic()
    const groupId = newName('group')
    const consumer = await newConsumer(groupId)
    await gather(consumer, topic)
    await eventually('the group is stable', isStable(groupId, 1))

    const { groups } = await admin.describeGroups([groupId, 'no-such-group'])
    expect(groups[0]).toMatchObject({
      state: 'Stable',
      protocolType: 'consumer',
      protocol: 'RoundRobinAssigner',
    })
    expect(groups[0]?.members).toHaveLength(1)
    expect(groups[1]).toMatchObject({ state: 'Dead', members: [] })
    expect((await admin.listGroups()).groups.map((group) => group.groupId)).toContain(groupId)
    await expect(admin.deleteGroups([groupId])).rejects.toMatchObject({
      groups: [{ groupId, errorCode: 68 }],
    })

    await consumer.disconnect()
    await admin.deleteGroups([groupId])
    expect((await admin.listGroups()).groups.map((group) => group.groupId)).not.toContain(groupId)
  })
})

describe('a producer', () => {
  test.each([
    [-1, [{ errorCode: 0, baseOffset: '0' }]],
    [1, [{ errorCode: 0, baseOffset: '0' }]],
    [0, []],
  ])('with acks %i stores its records and is answered %j', async (acks, answer) => {
    const producer = await newProducer()
    const topic = await newTopic()

    expect(await producer.send({ topic, acks, messages: [{ value: 'a' }, { value: 'b' }] })).toMatchObject(
      answer,
    )

    await eventually('both are stored', async () => (await partitionOf(topic))?.endOffset === 2)
  })

  test('finds the same partition for the same key', async () => {
    const producer = await newProducer()
    const topic = await newTopic(4)
    const keys = ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd']
    for (const key of keys) await producer.send({ topic, messages: [{ key, value: key }] })

    const consumer = await newConsumer(newName('group'))
    const seen = new Map<string, Set<number>>()
    let count = 0
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const key = String(message.key)
        seen.set(key, (seen.get(key) ?? new Set()).add(partition))
        count++
      },
    })
    await eventually('all have come', () => count === keys.length)
    expect([...seen.values()].map((partitions) => partitions.size)).toEqual([1, 1, 1, 1])
  })

  test('that is idempotent numbers its batches without a gap', async () => {
    const producer = await newProducer({ idempotent: true })
    const topic = await newTopic()
    for (let sent = 0; sent < 5; sent++) await producer.send({ topic, messages: [{ value: String(sent) }] })
    expect((await partitionOf(topic))?.endOffset).toBe(5)
  })

  test('makes a topic by writing to it', async () => {
    const producer = await newProducer()
    const topic = newName('topic')
    await producer.send({ topic, messages: [{ value: 'a' }] })
    expect((await broker.inspect()).topics.find(({ name }) => name === topic)?.partitions).toHaveLength(2)
  })

  test('is refused a batch above max.message.bytes', async () => {
    const producer = await newProducer()
    const topic = await newTopic()
    const value = Buffer.alloc(1_100_000)
    await expect(producer.send({ topic, messages: [{ value }] })).rejects.toMatchObject({
      type: 'MESSAGE_TOO_LARGE',
    })
  })

  test('sends headers, null values and gzip, and a consumer reads the same', async () => {
    const producer = await newProducer()
    const topic = await newTopic()
    const messages = [
      { key: 'k', value: 'v', headers: { h: 'x' } },
      { key: 'k', value: null },
    ]
    await producer.send({ topic, compression: CompressionTypes.GZIP, messages })

    const consumer = await newConsumer(newName('group'))
    const got: unknown[] = []
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers } }) =>
        void got.push({ key: String(key), value: value && String(value), h: headers?.['h']?.toString() }),
    })
    await eventually('both have come', () => got.length === 2)
    expect(got).toEqual([
      { key: 'k', value: 'v', h: 'x' },
      { key: 'k', value: null, h: undefined },
    ])
  })
})

describe('a consumer group', () => {
  test('gets everything from the beginning, in order, and what comes later', async () => {
    const producer = await newProducer()
    const topic = await newTopic()
    await producer.send({ topic, messages: [{ value: '1' }, { value: '2' }] })
    const values = await gather(await newConsumer(newName('group')), topic)
    await eventually('two have come', () => values.length === 2)

    await producer.send({ topic, messages: [{ value: '3' }] })

    await eventually('the third has come', () => values.length === 3)
    expect(values).toEqual(['1', '2', '3'])
  })

  test('goes on behind what it committed', async () => {
    const producer = await newProducer()
    const topic = await newTopic()
    const groupId = newName('group')
    await producer.send({ topic, messages: [{ value: '1' }, { value: '2' }] })
    const first = await newConsumer(groupId)
    const before = await gather(first, topic)
    await eventually('two have come', () => before.length === 2)
    await first.disconnect()
    expect((await groupOf(groupId))?.offsets).toMatchObject([{ topic, partition: 0, offset: 2 }])

    await producer.send({ topic, messages: [{ value: '3' }] })
    const after = await gather(await newConsumer(groupId), topic)

    await eventually('the third has come', () => after.length > 0)
    expect(after).toEqual(['3'])
  })

  test('keeps what is committed by hand, with its metadata', async () => {
    const admin = await newAdmin()
    const topic = await newTopic()
    const groupId = newName('group')
    const consumer = await newConsumer(groupId)
    await consumer.subscribe({ topics: [topic] })
    await consumer.run({ autoCommit: false, eachMessage: async () => {} })
    await eventually('the group is stable', isStable(groupId, 1))

    await consumer.commitOffsets([{ topic, partition: 0, offset: '7', metadata: 'why' }])

    expect(await admin.fetchOffsets({ groupId, topics: [topic] })).toEqual([
      { topic, partitions: [{ partition: 0, offset: '7', metadata: 'why' }] },
    ])
  })

  test('shares partitions when a member joins, and takes them back when it leaves', async () => {
    const topic = await newTopic(2)
    const groupId = newName('group')
    const producer = await newProducer()
    const one = await gather(await newConsumer(groupId), topic)
    await eventually('one member', isStable(groupId, 1))
    const second = await newConsumer(groupId)
    const two = await gather(second, topic)
    await eventually('two members', isStable(groupId, 2))
    const toBoth = (values: string[]) =>
      producer.send({ topic, messages: values.map((value, partition) => ({ value, partition })) })

    await toBoth(['a', 'b'])
    await eventually('each has one', () => one.length === 1 && two.length === 1)

    await second.disconnect()
    await eventually('one member again', isStable(groupId, 1))
    await toBoth(['c', 'd'])
    await eventually('the first has the rest', () => one.length === 3)
    expect([...one, ...two].sort()).toEqual(['a', 'b', 'c', 'd'])
  })

  test('hands whole batches to eachBatch', async () => {
    const producer = await newProducer()
    const topic = await newTopic()
    await producer.send({
      topic,
      messages: Array.from({ length: 100 }, (_, index) => ({ value: String(index) })),
    })
    const consumer = await newConsumer(newName('group'))
    const batches: { size: number; highWatermark: string }[] = []
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({
      eachBatch: async ({ batch }) =>
        void batches.push({ size: batch.messages.length, highWatermark: batch.highWatermark }),
    })
    await eventually('a batch has come', () => batches.length > 0)
    expect(batches).toEqual([{ size: 100, highWatermark: '100' }])
  })

  test('starts at the end when it is not told otherwise', async () => {
    const producer = await newProducer()
    const topic = await newTopic()
    const groupId = newName('group')
    await producer.send({ topic, messages: [{ value: 'early' }] })
    const consumer = await newConsumer(groupId)
    const values: string[] = []
    let fetches = 0
    consumer.on('consumer.fetch', () => void fetches++)
    await consumer.subscribe({ topics: [topic], fromBeginning: false })
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
    await eventually('it has looked', () => fetches > 0)

    await producer.send({ topic, messages: [{ value: 'late' }] })

    await eventually('one has come', () => values.length > 0)
    expect(values).toEqual(['late'])
  })
})
