/** What a test can do to a broker besides what clients do: injected answers, the request log, events, waits. */
import kafkajs from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Kafka, type KafkaEvent, startKafka } from './kafka.ts'

// Not every name of this CommonJS package can be imported by name.
const { Kafka: KafkaJS, Partitioners } = kafkajs

let broker: Kafka
let names = 0
const open: { disconnect(): Promise<void> }[] = []

beforeAll(async () => {
  broker = await startKafka()
})
afterEach(async () => {
  await broker.clearInjections()
  await broker.recordRequests(0)
  await Promise.all(open.splice(0).map((client) => client.disconnect()))
})
afterAll(() => broker.stop())

const client = (brokers = broker.brokers) =>
  new KafkaJS({
    clientId: 'test',
    brokers: [...brokers],
    logCreator: () => () => {},
    requestTimeout: 200,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 10, maxRetryTime: 50 },
  })

async function newProducer() {
  const producer = client().producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  open.push(producer)
  return producer
}

const newTopic = () => `topic-${++names}`
const endOf = async (topic: string) =>
  (await broker.inspect()).topics.find(({ name }) => name === topic)?.partitions[0]?.endOffset

describe('an injected answer', () => {
  test('meets the next request that fits, once', async () => {
    const [topic, other] = [newTopic(), newTopic()]
    const producer = await newProducer()
    for (const name of [topic, other]) await producer.send({ topic: name, messages: [{ value: 'first' }] })
    await broker.inject({ api: 'Produce', topic, answer: { error: 'NOT_LEADER_OR_FOLLOWER' } })
    await broker.recordRequests()

    await producer.send({ topic: other, messages: [{ value: 'a' }] })
    expect(await broker.injections()).toHaveLength(1)
    await producer.send({ topic, messages: [{ value: 'a' }] })

    expect(await broker.injections()).toEqual([])
    const produced = (await broker.requests()).filter(({ api }) => api === 'Produce')
    expect(produced.map(({ topics, errors }) => [topics[0]?.topic, ...errors])).toEqual([
      [other],
      [topic, 'NOT_LEADER_OR_FOLLOWER'],
      [topic],
    ])
    expect(await endOf(topic)).toBe(2)
  })

  test.each(['dropped', 'reset'] as const)(
    'that is %s after the append leaves a plain producer with a duplicate',
    async (reply) => {
      const topic = newTopic()
      const producer = await newProducer()
      await producer.send({ topic, messages: [{ value: 'first' }] })
      await broker.inject({ api: 'Produce', topic, partition: 0, answer: { reply } })
      await producer.send({ topic, messages: [{ value: 'twice' }] })
      expect(await endOf(topic)).toBe(3)
    },
  )

  test('that ends the connection before the append leaves none', async () => {
    const topic = newTopic()
    const producer = await newProducer()
    await producer.send({ topic, messages: [{ value: 'first' }] })
    await broker.inject({ api: 'Produce', clientId: 'test', node: 0, answer: { request: 'reset' } })
    await producer.send({ topic, messages: [{ value: 'once' }] })
    expect(await endOf(topic)).toBe(2)
  })

  test('comes late, or asks to hold back', async () => {
    const topic = newTopic()
    const producer = await newProducer()
    await producer.send({ topic, messages: [{ value: 'first' }] })
    await broker.recordRequests()
    await broker.inject({ api: 'Produce', answer: { delayMs: 50 } })
    await broker.inject({ api: 'Produce', answer: { throttleMs: 1 } })
    await producer.send({ topic, messages: [{ value: 'late' }] })
    await producer.send({ topic, messages: [{ value: 'throttled' }] })
    const [late] = (await broker.requests()).filter(({ api }) => api === 'Produce')
    expect(late?.tookMs).toBeGreaterThan(48)
    expect(await broker.injections()).toEqual([])
  })

  test('refuses the topics of Metadata and tells the nodes: LEADER_NOT_AVAILABLE while a topic is made', async () => {
    const topic = newTopic()
    const producer = await newProducer()
    await broker.recordRequests()
    await broker.inject({ api: 'Metadata', topic, times: 2, answer: { error: 5 } })
    await producer.send({ topic, messages: [{ value: 'a' }] })
    const asked = (await broker.requests()).filter(
      ({ api, topics }) => api === 'Metadata' && topics.length > 0,
    )
    expect(asked.map(({ errors }) => errors[0])).toEqual([
      'LEADER_NOT_AVAILABLE',
      'LEADER_NOT_AVAILABLE',
      undefined,
    ])
  })

  test('is refused with what is wrong with it', async () => {
    await expect(broker.inject({ api: 'Produse', answer: { delayMs: 1 } })).rejects.toThrow(
      "no API 'Produse'",
    )
    await expect(broker.inject({ api: 'Produce', answer: { error: 'NO_SUCH' } })).rejects.toThrow(
      'the table "Error codes"',
    )
    await expect(broker.inject({ api: 'Produce', times: 0, answer: { delayMs: 1 } })).rejects.toThrow('times')
  })
})

describe('events', () => {
  test.each(['worker', 'child'] as const)('come out of a %s, in their order', async (runsIn) => {
    await using cluster = await startKafka({ runsIn, nodes: 3, defaultReplicationFactor: 3 })
    const seen: KafkaEvent[] = []
    const stream = cluster.events()
    const listening = (async () => {
      for await (const event of stream) seen.push(event)
    })()
    const admin = client(cluster.brokers).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 't', numPartitions: 1 }] })
    await admin.disconnect()
    await cluster.killNode(0)
    await cluster.startNode(0)
    await cluster.waitForIsr('t', 0, [0, 1, 2])
    await cluster.stop()
    await listening

    const told = seen.filter(({ type }) => type !== 'coordinator')
    expect(told).toEqual([
      { type: 'leader', topic: 't', partition: 0, leaderId: 0, leaderEpoch: 0 },
      { type: 'node', nodeId: 0, state: 'stopped', isFenced: true },
      { type: 'leader', topic: 't', partition: 0, leaderId: 1, leaderEpoch: 1 },
      { type: 'isr', topic: 't', partition: 0, isr: [1, 2] },
      { type: 'node', nodeId: 0, state: 'running', isFenced: false },
      { type: 'isr', topic: 't', partition: 0, isr: [0, 1, 2] },
    ])
    expect(seen.some(({ type }) => type === 'coordinator')).toBe(true)
  })

  test('of requests carry what was asked and how it went', async () => {
    const topic = newTopic()
    const producer = await newProducer()
    const requests: KafkaEvent[] = []
    const forget = broker.on((event) => {
      if (event.type === 'request') requests.push(event)
    })
    await broker.recordRequests(2)
    await producer.send({ topic, acks: 1, messages: [{ value: 'a' }] })
    // What was told before this answer has come before it.
    expect(await broker.requests()).toHaveLength(2)
    forget()
    expect(requests.at(-1)).toMatchObject({
      type: 'request',
      api: 'Produce',
      version: 7,
      nodeId: 0,
      clientId: 'test',
      acks: 1,
      topics: [{ topic, partitions: [0] }],
      outcome: 'answered',
      errors: [],
    })
  })
})

describe('a control', () => {
  test('says what is wrong in one sentence', async () => {
    await expect(broker.stopNode(7)).rejects.toThrow('no node 7: the nodes are 0')
    await expect(broker.startNode(0)).rejects.toThrow('node 0 is running')
    await expect(broker.thawNode(0)).rejects.toThrow('node 0 is not frozen')
    await expect(broker.fenceNode(0)).rejects.toThrow('freeze it first')
    await expect(broker.moveLeader('none', 0, 0)).rejects.toThrow("no partition 0 of a topic 'none'")
    await expect(broker.forceRebalance('none')).rejects.toThrow("no group 'none'")
    await expect(broker.waitForStable('none', 1, 10)).rejects.toThrow('now: no such group')
    await expect(startKafka({ ports: [0, 0] })).rejects.toThrow('one or three')
  })

  test('brings the only node of a cluster back with what it had', async () => {
    const topic = newTopic()
    const producer = await newProducer()
    await producer.send({ topic, messages: [{ value: 'a' }] })
    await broker.killNode(0)
    await broker.startNode(0)
    await broker.waitForLeader(topic, 0)
    await producer.send({ topic, messages: [{ value: 'b' }] })
    expect(await endOf(topic)).toBe(2)
  })
})
