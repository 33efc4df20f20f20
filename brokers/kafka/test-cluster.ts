/** For tests: a cluster of three nodes that a file shares, as it was before after each test, and the real kafkajs. */
import kafkajs, { type Admin, type Producer } from 'kafkajs'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { eventually } from '../eventually.ts'
import { type Kafka, startKafka } from './kafka.ts'

// Not every name of this CommonJS package can be imported by name.
const { Kafka: KafkaJS, Partitioners } = kafkajs

export let cluster: Kafka
export let admin: Admin
let names = 0

/** A name that no other test has. */
export const newName = (noun: string) => `${noun}-${++names}`
const open: { disconnect(): Promise<void> }[] = []

beforeAll(async () => {
  cluster = await startKafka({ nodes: 3, defaultReplicationFactor: 3 })
  admin = client().admin()
  await admin.connect()
})
afterEach(async () => {
  for (const { id, state } of (await cluster.inspect()).nodes) {
    if (state === 'frozen') await cluster.thawNode(id)
    if (state === 'stopped') await cluster.startNode(id)
  }
  await cluster.clearInjections()
  await Promise.all(open.splice(0).map((client) => client.disconnect()))
})
afterAll(async () => {
  await admin.disconnect()
  await cluster.stop()
})

export const client = (brokers: readonly string[] = cluster.brokers) =>
  new KafkaJS({
    clientId: 'test',
    brokers: [...brokers],
    logCreator: () => () => {},
    requestTimeout: 2_000,
    retry: { initialRetryTime: 10, maxRetryTime: 50, retries: 20 },
  })

export async function connected<C extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  one: C,
): Promise<C> {
  await one.connect()
  open.push(one)
  return one
}
export const newProducer = (options: { idempotent?: boolean } = {}) =>
  connected(client().producer({ createPartitioner: Partitioners.DefaultPartitioner, ...options }))

/** A topic of one partition that node 0 leads; all three keep it. */
export async function newTopic(config: Record<string, string> = {}): Promise<string> {
  const topic = newName('topic')
  await admin.createTopics({
    topics: [
      {
        topic,
        replicaAssignment: [{ partition: 0, replicas: [0, 1, 2] }],
        configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
      },
    ],
  })
  return topic
}

export const partitionOf = async (topic: string) => {
  const found = (await cluster.inspect()).topics.find(({ name }) => name === topic)?.partitions[0]
  if (found === undefined) throw new Error(`no topic ${topic}`)
  return found
}
export const endsOf = async (topic: string) =>
  (await partitionOf(topic)).copies.map(({ endOffset }) => endOffset)

/** Everything that a consumer finds from the beginning up to the high watermark, as values. */
export async function readAll(topic: string): Promise<string[]> {
  const { highWatermark } = await partitionOf(topic)
  const groupId = newName('reader')
  const consumer = await connected(client().consumer({ groupId, maxWaitTimeInMs: 20 }))
  const values: string[] = []
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
  await eventually('everything is read', () => values.length >= highWatermark)
  return values
}

export const send = (producer: Producer, topic: string, value: string, acks: -1 | 1 = -1, timeout = 30_000) =>
  producer.send({ topic, acks, timeout, messages: [{ value }] })
