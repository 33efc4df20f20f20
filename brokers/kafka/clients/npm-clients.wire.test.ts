/** Another client from npm, unchanged: @platformatic/kafka, which speaks the newest versions that a broker offers. */
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Kafka, startKafka } from '../kafka.ts'

let cluster: Kafka
const open: { close(): Promise<void> }[] = []

beforeAll(async () => {
  cluster = await startKafka({ numPartitions: 2 })
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})
afterAll(() => cluster.stop())

const base = (clientId: string) => ({
  clientId,
  bootstrapBrokers: [...cluster.brokers],
  retries: 5,
  retryDelay: 20,
})

function keep<C extends { close(): Promise<void> }>(client: C): C {
  open.push(client)
  return client
}

const newAdmin = () => keep(new Admin(base('admin')))
const newProducer = (options: { idempotent?: boolean; compression?: 'gzip' | 'zstd' } = {}) =>
  keep(
    new Producer({ ...base('producer'), serializers: stringSerializers, autocreateTopics: true, ...options }),
  )
const newConsumer = (groupId: string) =>
  keep(
    new Consumer({
      ...base('consumer'),
      groupId,
      deserializers: stringDeserializers,
      maxWaitTime: 50,
      sessionTimeout: 10_000,
      heartbeatInterval: 500,
    }),
  )

/** The first so many values, in the order in which they came. */
async function take(consumer: ReturnType<typeof newConsumer>, topic: string, count: number) {
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'committed',
    fallbackMode: 'earliest',
    autocommit: true,
  })
  const values: string[] = []
  for await (const message of stream) {
    values.push(`${message.key}=${message.value}`)
    if (values.length === count) break
  }
  await stream.close()
  return values
}

describe('@platformatic/kafka', () => {
  test('makes, describes and deletes topics', async () => {
    const admin = newAdmin()
    await admin.createTopics({ topics: ['p-admin'], partitions: 3, replicas: 1 })
    expect(await admin.listTopics()).toContain('p-admin')
    const metadata = await admin.metadata({ topics: ['p-admin'] })
    expect(metadata.topics.get('p-admin')?.partitionsCount).toBe(3)
    await admin.deleteTopics({ topics: ['p-admin'] })
    expect(await admin.listTopics()).not.toContain('p-admin')
  })

  test.each([{}, { idempotent: true }, { compression: 'gzip' as const }, { compression: 'zstd' as const }])(
    'writes with %j and a group reads it, in order',
    async (options) => {
      const topic = `p-${Object.values(options).join('') || 'plain'}`
      const producer = newProducer(options)
      for (const value of ['1', '2', '3'])
        await producer.send({ messages: [{ topic, key: 'k', value, headers: { h: 'x' } }] })

      expect(await take(newConsumer(`${topic}-group`), topic, 3)).toEqual(['k=1', 'k=2', 'k=3'])
    },
  )

  test('goes on behind what it committed', async () => {
    const producer = newProducer()
    const send = (value: string) => producer.send({ messages: [{ topic: 'p-more', key: 'k', value }] })
    await send('1')
    const first = newConsumer('p-more-group')
    expect(await take(first, 'p-more', 1)).toEqual(['k=1'])
    await first.close()
    open.splice(open.indexOf(first), 1)
    await send('2')
    expect(await take(newConsumer('p-more-group'), 'p-more', 1)).toEqual(['k=2'])
  })

  test('lists and describes groups', async () => {
    const producer = newProducer()
    await producer.send({ messages: [{ topic: 'p-groups', key: 'k', value: 'v' }] })
    await take(newConsumer('p-groups-group'), 'p-groups', 1)
    const admin = newAdmin()
    expect([...(await admin.listGroups()).keys()]).toContain('p-groups-group')
    const described = await admin.describeGroups({ groups: ['p-groups-group'] })
    expect(described.get('p-groups-group')).toMatchObject({ protocolType: 'consumer' })
  })
})
