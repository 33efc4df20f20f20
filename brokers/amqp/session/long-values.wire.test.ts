/** Values that are long, or no text: wherever they end up later, the broker goes on serving everybody else. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../eventually.ts'
import { argumentRows } from '../model/queue/arguments.ts'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { type RawClient, rawChannel } from '../raw-client.ts'
import { propertyRows } from '../wire/properties.ts'
import { bytesOf } from '../wire/text.ts'

let broker: RabbitMQ
let witness: RawClient
beforeAll(async () => {
  broker = await startRabbitMQ({ management: 0 })
  witness = await rawChannel(broker)
  // Everything that dies or finds no other way arrives here, and is handed to a consumer.
  await witness.call(1, 'exchange.declare', { exchange: 'all', type: 'fanout' })
  await witness.call(1, 'queue.declare', { queue: 'end', durable: true })
  await witness.call(1, 'queue.bind', { queue: 'end', exchange: 'all' })
})
afterAll(async () => {
  witness.cut()
  await broker.stop()
})

async function isServing(): Promise<boolean> {
  return (await witness.call(1, 'basic.qos')).method === 'basic.qos-ok'
}

/** Long enough for whatever counts bytes or characters: short strings, letters of two and four bytes, bytes that are no text. */
const piece = fc.constantFrom('k', 'é', '😀', '\udcff', '\0')
const long = fc
  .tuple(piece, piece, fc.integer({ min: 60, max: 300 }))
  .map(([one, other, count]) => one.repeat(count) + other.repeat(count))
const cut = (text: string) => {
  // A unit of a string is one byte at least and three at most.
  let short = text.slice(0, 255)
  for (let more = bytesOf(short).length - 255; more > 0; more = bytesOf(short).length - 255)
    short = short.slice(0, -Math.ceil(more / 3))
  return short
}

const runs = { numRuns: 60 }
// Each consumer is handed all that lies there, and what it was handed lies there again when it is cut off: emptied now and then, or that grows
// with the square of the runs.
let runsSoFar = 0
async function emptyNowAndThen(): Promise<void> {
  if (++runsSoFar % 10 === 0) await witness.call(1, 'queue.purge', { queue: 'end' })
}

test('as arguments of a queue whose messages die', async () => {
  const name = fc.constantFrom(...Object.keys(argumentRows))
  await fc.assert(
    fc.asyncProperty(name, long, long, async (argument, value, key) => {
      await emptyNowAndThen()
      const client = await rawChannel(broker)
      client.send(1, 'queue.declare', { queue: 'q', exclusive: true, arguments: { [argument]: value } })
      const dying = { 'x-dead-letter-exchange': 'all', 'x-dead-letter-routing-key': key, 'x-message-ttl': 0 }
      const other = await rawChannel(broker)
      other.send(1, 'queue.declare', { queue: '', exclusive: true, arguments: dying })
      other.publish(1, { routingKey: cut(value) }, { headers: { CC: [key], [cut(key)]: value } })
      const { fields } = await other.nextMethod()
      if ('queue' in fields) other.publish(1, { routingKey: String(fields.queue) }, {})
      other.send(1, 'basic.consume', { queue: 'end' })
      expect(await isServing()).toBe(true)
      client.cut()
      other.cut()
    }),
    runs,
  )
})

test('as names, keys, tags and properties', async () => {
  const property = fc.constantFrom(...(Object.keys(propertyRows) as (keyof typeof propertyRows)[]))
  await fc.assert(
    fc.asyncProperty(long, property, async (text, name) => {
      await emptyNowAndThen()
      const value = cut(text)
      const client = await rawChannel(broker)
      client.publish(1, { exchange: value, routingKey: value, mandatory: true })
      client.send(1, 'channel.close-ok')
      client.send(1, 'channel.open')
      if (propertyRows[name] === 'shortstr') client.publish(1, { routingKey: 'end' }, { [name]: value })
      client.send(1, 'exchange.declare', {
        exchange: 'other',
        type: 'fanout',
        arguments: { 'alternate-exchange': text },
      })
      client.send(1, 'basic.consume', { queue: 'end', consumerTag: value })
      client.send(1, 'queue.declare', { queue: value, passive: true })
      client.send(1, 'queue.bind', { queue: 'end', exchange: 'all', routingKey: value })
      expect(await isServing()).toBe(true)
      client.cut()
    }),
    runs,
  )
})

test('over HTTP', async () => {
  const call = (method: string, path: string, body: object) =>
    fetch(`${broker.managementUrl}${path}`, {
      method,
      headers: { authorization: `Basic ${btoa('guest:guest')}` },
      body: JSON.stringify(body),
    })
  await fc.assert(
    fc.asyncProperty(long, async (text) => {
      await emptyNowAndThen()
      const name = encodeURIComponent(text.toWellFormed())
      await call('PUT', `/api/queues/%2F/${name}`, { durable: true, arguments: { [text]: text } })
      await call('PUT', `/api/exchanges/%2F/${name}`, { type: 'fanout', durable: true })
      await call('POST', `/api/bindings/%2F/e/${name}/q/end`, { routing_key: text })
      const message = {
        properties: { headers: { k: text } },
        routing_key: text,
        payload: 'm',
        payload_encoding: 'string',
      }
      const published = await call('POST', `/api/exchanges/%2F/${name}/publish`, message)
      expect(await published.json()).toEqual({ routed: true })
      const client = await rawChannel(broker)
      client.send(1, 'basic.consume', { queue: 'end' })
      expect(await isServing()).toBe(true)
      client.cut()
      await call('DELETE', `/api/exchanges/%2F/${name}`, {})
    }),
    runs,
  )
})

test('nothing of all these connections is left', async () => {
  await eventually(
    'only the witness is connected',
    async () => (await broker.inspect('/')).connections.length === 1,
  )
})
