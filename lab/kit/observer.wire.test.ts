/** The lab's own client: what it publishes and takes, and that refusals and kills leave it usable. */
import { once } from 'node:events'
import { type AddressInfo, connect as connectTo, createServer } from 'node:net'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { embeddedRabbitMQ } from '#brokers/engines/embedded'
import { stopEngines } from './engine.ts'
import type { Lab } from './lab.ts'
import { Observer } from './observer.ts'
import { openTestLab } from './test-labs.ts'

afterAll(() => stopEngines())

let lab: Lab
beforeEach(async () => {
  lab = await openTestLab()
  const channel = await lab.observer.channel()
  await channel.assertQueue('work', { durable: true })
  await channel.close()
})

const publish = (routingKey: string, messageId?: string) =>
  lab.observer.publish({
    exchange: '',
    routingKey,
    body: 'x',
    ...(messageId === undefined ? {} : { messageId }),
  })

test('says of each message whether it reached a queue, also of many at once', async () => {
  const keys = Array.from({ length: 40 }, (_, index) => (index % 3 === 0 ? 'nowhere' : 'work'))

  const outcomes = await Promise.all(keys.map((key) => publish(key)))

  expect(outcomes).toEqual(keys.map((key) => (key === 'work' ? 'routed' : 'unroutable')))
})

test('takes what is ready, in order, as it was sent', async () => {
  for (const id of ['one', 'two', 'three']) await publish('work', id)

  const found = await lab.observer.takeAll('work')

  expect(found.map(({ messageId }) => messageId)).toEqual(['one', 'two', 'three'])
  expect(found[0]).toMatchObject({
    exchange: '',
    routingKey: 'work',
    redelivered: false,
    deliveryMode: 2,
    headers: {},
  })
  expect(await lab.observer.takeAll('work')).toEqual([])
})

test('a publish that the broker refuses rejects, and the next one goes through', async () => {
  const other = await lab.observer.channel()
  const refused = lab.observer.publish({ exchange: 'not-there', routingKey: 'x', body: 'x' })

  await expect(refused).rejects.toThrow()
  // Only its own channel was closed.
  expect(await other.checkQueue('work')).toMatchObject({ queue: 'work' })
  expect(await publish('work')).toBe('routed')
  await expect(lab.observer.takeAll('not-there')).rejects.toThrow('NOT_FOUND')
  expect(await lab.observer.takeAll('work')).toHaveLength(1)
})

test('opens one connection however many ask for it at once', async () => {
  const fresh = await openTestLab()

  await Promise.all([fresh.observer.channel(), fresh.observer.channel(), fresh.observer.channel()])

  const connected = await lab.observer.channel()
  expect(connected).toBeDefined()
  expect((await fresh.inspect()).connections).toEqual([])
})

test('connects again after the broker was killed', async () => {
  await publish('work', 'before')
  await lab.killBroker()
  await expect(lab.observer.channel()).rejects.toThrow()
  await lab.restartBroker()

  expect(await publish('work', 'after')).toBe('routed')
  expect((await lab.observer.takeAll('work')).map(({ messageId }) => messageId)).toEqual(['before', 'after'])
})

test('closing a channel comes to an end when the connection is gone before the broker has answered', async () => {
  await using broker = await embeddedRabbitMQ()
  const { host, port } = broker.address
  const channelClose = Buffer.from([0, 20, 0, 40])
  const relay = createServer((client) => {
    const server = connectTo(port, host)
    for (const socket of [client, server]) socket.on('error', () => {})
    client.on('data', (bytes) => (bytes.includes(channelClose) ? client.destroy() : server.write(bytes)))
    server.pipe(client)
  }).listen(0, '127.0.0.1')
  await once(relay, 'listening')
  const observer = new Observer(`amqp://guest:guest@127.0.0.1:${(relay.address() as AddressInfo).port}`)
  const channel = await observer.channel()

  await channel.close()

  await expect(channel.checkQueue('work')).rejects.toThrow()
  relay.close()
})
