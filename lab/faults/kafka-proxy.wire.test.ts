/** The proxy in front of Kafka, with the real kafkajs as client and the embedded broker behind it. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import kafkajs, { type Producer } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Address } from '#brokers/engines'
import { startKafkaEngine } from '#brokers/engines/start'
import { type Kafka, startKafka } from '#brokers/kafka'
import type { FaultAction, FrameMatch } from './fault.ts'
import { type BatchSeen, type KafkaProxy, openKafkaProxy, type SeenRequest } from './kafka-proxy.ts'

const { Kafka: KafkaJS, Partitioners } = kafkajs

let broker: Kafka
let names = 0
const opened: AsyncDisposable[] = []
const clients: { disconnect(): Promise<void> }[] = []

beforeAll(async () => {
  broker = await startKafka()
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.disconnect().catch(() => {})))
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]()
})
afterAll(() => broker.stop())

const nodes = () =>
  broker.brokers.map((address) => {
    const [host = '', port] = address.split(':')
    return { host, port: Number(port) }
  })

async function proxied(): Promise<KafkaProxy> {
  const proxy = await openKafkaProxy({ nodes: nodes(), lane: 'producer', now: () => 5 })
  opened.push(proxy)
  return proxy
}

const kafkaOf = (proxy: KafkaProxy) =>
  new KafkaJS({
    clientId: 'test',
    brokers: [...proxy.brokers],
    logCreator: () => () => {},
    requestTimeout: 2_000,
    retry: { initialRetryTime: 10, maxRetryTime: 50, retries: 3 },
  })

async function producerOf(proxy: KafkaProxy, options: { idempotent?: boolean } = {}): Promise<Producer> {
  const producer = kafkaOf(proxy).producer({ createPartitioner: Partitioners.DefaultPartitioner, ...options })
  await producer.connect()
  clients.push(producer)
  return producer
}

const place = (proxy: KafkaProxy, when: Partial<FrameMatch>, what: FaultAction) =>
  proxy.place({
    name: 'test',
    text: { en: 'a fault', vi: 'một lỗi' },
    when: { direction: 'to-broker', method: 'Produce', ...when },
    what,
  })
const newTopic = () => `topic-${++names}`
const send = (producer: Producer, topic: string, acks = -1) =>
  producer.send({ topic, acks, messages: [{ key: 'k', value: 'v' }] })

const seenOf = (proxy: KafkaProxy, method: string, direction = 'to-broker') =>
  proxy.requests.filter((seen) => seen.method === method && seen.direction === direction)
function batchesOf(seen: SeenRequest | undefined): BatchSeen[] | undefined {
  const topics = seen?.fields.topics as { partitions: { records: BatchSeen[] }[] }[] | undefined
  return topics?.[0]?.partitions[0]?.records
}
const storedIn = async (topic: string) =>
  (await broker.inspect()).topics.find(({ name }) => name === topic)?.partitions[0]?.endOffset ?? 0

describe('a client', () => {
  it('stays on the proxy, produces and consumes as a group, and everything is seen', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy)
    await send(producer, topic)
    const consumer = kafkaOf(proxy).consumer({ groupId: 'group', maxWaitTimeInMs: 50 })
    clients.push(consumer)
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    const values: string[] = []
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
    await expect.poll(() => values).toEqual(['v'])

    const metadata = seenOf(proxy, 'Metadata', 'to-client').at(-1)
    // Its brokers are told as the broker said them; what the client got is where it went.
    expect(metadata?.forwarded).toBe(true)
    expect(seenOf(proxy, 'JoinGroup').length).toBeGreaterThan(0)
    expect(seenOf(proxy, 'Produce')[0]).toMatchObject({
      fields: { acks: -1, clientId: 'test' },
      forwarded: true,
    })
    expect(batchesOf(seenOf(proxy, 'Produce')[0])).toMatchObject([{ count: 1, keys: ['k'], producerId: -1 }])
    expect((await broker.inspect()).groups.map(({ id }) => id)).toContain('group')
  })

  it('is told of no version that the proxy can not read', async () => {
    const proxy = await proxied()
    await producerOf(proxy)
    const answer = seenOf(proxy, 'ApiVersions', 'to-client')[0]
    const ranges = answer?.fields.apiKeys as { apiKey: number; maxVersion: number }[] | undefined
    const produce = ranges?.find(({ apiKey }) => apiKey === 0)
    expect(produce?.maxVersion).toBeLessThanOrEqual(9)
  })

  it('shows the sequence of an idempotent producer', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy, { idempotent: true })
    await send(producer, topic)
    await send(producer, topic)
    const [first, second] = seenOf(proxy, 'Produce').map((seen) => batchesOf(seen)?.[0])
    expect(first?.producerId).toBeGreaterThanOrEqual(0)
    expect([first?.baseSequence, second?.baseSequence]).toEqual([0, 1])
  })
})

it('tears one connection by its number, tells of each that comes and goes, and leaves the others', async () => {
  const told: string[] = []
  const proxy = await openKafkaProxy({
    nodes: nodes(),
    lane: 'producer',
    now: () => 5,
    onConnection: ({ connection, state }) => told.push(`${connection} ${state}`),
  })
  opened.push(proxy)
  const [one, other] = [newTopic(), newTopic()]
  const producers = [await producerOf(proxy), await producerOf(proxy)] as const
  await send(producers[0], one)
  const [{ connection: first } = { connection: 0 }] = seenOf(proxy, 'Produce')
  await send(producers[1], other)
  const second = seenOf(proxy, 'Produce').at(-1)?.connection ?? 0
  expect(second).not.toBe(first)

  expect(proxy.cut(first)).toBe(1)
  await vi.waitFor(() => expect(told).toContain(`${first} cut`), 10_000)
  expect(told).toContain(`${second} opened`)
  expect(proxy.isOpen(second)).toBe(true)
  // kafkajs comes back by another one.
  await send(producers[0], one)
  expect(await storedIn(one)).toBe(2)
  expect(proxy.cut(first)).toBe(0)
})

describe('a fault', () => {
  it('cut: the request never arrives', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy)
    await send(producer, topic)
    const fault = place(proxy, {}, { kind: 'cut' })
    // kafkajs sends it again on a new connection.
    await send(producer, topic)
    expect(fault.state).toBe('fired')
    expect(seenOf(proxy, 'Produce').map(({ forwarded }) => forwarded)).toEqual([true, false, true])
    expect(await storedIn(topic)).toBe(2)
  })

  it.each(['cut-after', 'drop-reply'] as const)(
    '%s: it is stored, the client never hears of it, and sends it again',
    async (kind) => {
      const proxy = await proxied()
      const topic = newTopic()
      const producer = await producerOf(proxy)
      await send(producer, topic)
      const fault = place(proxy, {}, { kind })
      await send(producer, topic)
      await fault.fired
      expect(fault.failure).toBeUndefined()
      expect(await storedIn(topic)).toBe(3)
      expect(seenOf(proxy, 'Produce', 'to-client').map(({ forwarded }) => forwarded)).toEqual([
        true,
        false,
        true,
      ])
    },
  )

  it('cut-after is proven for a request without an answer, too', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy)
    await send(producer, topic)
    const fault = place(proxy, {}, { kind: 'cut-after' })
    await send(producer, topic, 0)
    await fault.fired
    expect(fault.failure).toBeUndefined()
    expect(await storedIn(topic)).toBe(2)
  })

  it('do: runs while the request waits; it is dropped or passes', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy)
    await send(producer, topic)
    let storedBefore: number | undefined
    const action = async () => {
      storedBefore = await storedIn(topic)
    }
    place(proxy, {}, { kind: 'do', action, fate: 'pass' })
    await send(producer, topic)
    expect(storedBefore).toBe(1)
    expect(await storedIn(topic)).toBe(2)
    let storedAfter: number | undefined
    const look = async () => {
      storedAfter = await storedIn(topic)
    }
    place(proxy, {}, { kind: 'do', side: 'after', action: look })
    await send(producer, topic)
    expect(storedAfter).toBe(3)
  })

  it('hold: what follows waits in its turn, until it is released', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy)
    await send(producer, topic)
    const fault = place(proxy, {}, { kind: 'hold' })
    const sending = Promise.all([send(producer, topic), send(producer, topic)])
    await fault.fired
    expect(await storedIn(topic)).toBe(1)
    fault.release()
    await sending
    expect(await storedIn(topic)).toBe(3)
  })

  it('fires on the nth answer with certain fields, and on a byte', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy)
    await send(producer, topic)
    const second = place(
      proxy,
      { direction: 'to-client', nth: 2, fields: { throttleTimeMs: 0 } },
      { kind: 'cut' },
    )
    await send(producer, topic)
    expect(second.state).toBe('placed')
    await send(producer, topic)
    expect(second.state).toBe('fired')
    const inside = proxy.place({
      name: 'inside',
      text: { en: 'inside', vi: 'inside' },
      when: { direction: 'to-broker', bytes: 10 },
      what: { kind: 'cut' },
    })
    await send(producer, topic)
    await inside.fired
    expect(inside.failure).toBeUndefined()
  })

  it('holds everything while the proxy is paused, and lets one through at a time', async () => {
    const proxy = await proxied()
    const topic = newTopic()
    const producer = await producerOf(proxy)
    await send(producer, topic)
    proxy.pause()
    const before = proxy.requests.length
    const sending = send(producer, topic)
    const step = () => {
      proxy.step()
      return proxy.requests.length
    }
    await expect.poll(step).toBe(before + 1)
    await expect.poll(step).toBe(before + 2)
    proxy.resume()
    await sending
  })
})

it('looks to the client as the broker does when it is gone', async () => {
  const proxy = await openKafkaProxy({
    nodes: [{ host: '127.0.0.1', port: 1 }],
    lane: 'producer',
    now: () => 0,
  })
  opened.push(proxy)
  const admin = kafkaOf(proxy).admin()
  await expect(admin.connect()).rejects.toThrow()
  expect(proxy.openConnections).toBe(0)
})

it('speaks TLS and logs in for clients that do neither, when it is told how to connect', async () => {
  const users = [{ name: 'shop', password: 'secret' }]
  const guarded = await startKafka({ sasl: { users } })
  opened.push({ [Symbol.asyncDispose]: () => guarded.stop() })
  process.env['KAFKA_BROKERS'] = guarded.brokers.join()
  process.env['KAFKA_USERNAME'] = 'shop'
  process.env['KAFKA_PASSWORD'] = 'secret'
  const engine = await startKafkaEngine('url')
  for (const name of ['KAFKA_BROKERS', 'KAFKA_USERNAME', 'KAFKA_PASSWORD']) delete process.env[name]
  const connect = (node: Address) => engine.connect?.(node) ?? Promise.reject(new Error('plain'))
  const proxy = await openKafkaProxy({ nodes: engine.addresses, lane: 'producer', now: () => 5, connect })
  opened.unshift(proxy)

  const producer = await producerOf(proxy)
  const [record] = await producer.send({ topic: 'guarded', messages: [{ value: 'm' }] })

  expect(record?.errorCode).toBe(0)
  expect(proxy.requests.map(({ method }) => method)).not.toContain('SaslAuthenticate')
})

describe('a node that is down', () => {
  /** How a client that connects fares: `refused`, or `taken` by the kernel, whatever becomes of it then. */
  const knock = async (address: string): Promise<'refused' | 'taken'> => {
    const [host = '', port] = address.split(':')
    const socket = connect({ host, port: Number(port) })
    socket.on('error', () => {})
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => 'taken' as const),
      once(socket, 'close').then(() => 'refused' as const),
    ]).catch(() => 'refused' as const)
    socket.destroy()
    return outcome
  }

  it('refuses connections at its front, and takes them again at the same port once it is back', async () => {
    const node = createServer((socket) => socket.on('error', () => {}))
    node.listen(0, '127.0.0.1')
    await once(node, 'listening')
    const { port } = node.address() as AddressInfo
    const proxy = await openKafkaProxy({
      nodes: [{ host: '127.0.0.1', port }],
      lane: 'producer',
      now: () => 5,
    })
    opened.push(proxy)
    const [front = ''] = proxy.brokers
    expect(await knock(front)).toBe('taken')

    node.close()
    await once(node, 'close')
    await expect.poll(() => knock(front), { timeout: 10_000 }).toBe('refused')

    node.listen(port, '127.0.0.1')
    await once(node, 'listening')
    await expect.poll(() => knock(front), { timeout: 10_000 }).toBe('taken')
    expect(proxy.brokers).toEqual([front])
    node.close()
  })
})
