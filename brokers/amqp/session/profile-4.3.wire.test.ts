/** What RabbitMQ 4.3 changes, by its documents: no real one of that version was asked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { type RawClient, rawChannel } from '../raw-client.ts'
import type { FieldTable } from '../wire/field-table.ts'
import type { MethodFrame } from '../wire/wire.ts'

let broker: RabbitMQ
let client: RawClient
beforeAll(async () => {
  broker = await startRabbitMQ({ profile: '4.3' })
  client = await rawChannel(broker)
})
afterAll(async () => {
  client.cut()
  await broker.stop()
})

function declare(queue: string, args: FieldTable, type = 'quorum') {
  return client.call(1, 'queue.declare', {
    queue,
    durable: true,
    arguments: { 'x-queue-type': type, ...args },
  })
}

/** The body of the next message, or nothing. */
async function get(queue: string, noAck = true): Promise<{ body: string; headers: FieldTable } | undefined> {
  const answer = await client.call(1, 'basic.get', { queue, noAck })
  if (answer.method !== 'basic.get-ok') return undefined
  const header = await client.next()
  const body = await client.next()
  if (header?.kind !== 'header' || body?.kind !== 'body') throw new Error('a message has a header and a body')
  return { body: body.payload.toString(), headers: header.properties.headers ?? {} }
}

function ready(queue: string): Promise<MethodFrame> {
  return client.call(1, 'queue.declare', { queue, passive: true })
}

test('quorum queues have 32 strict priorities', async () => {
  await declare('priorities', {})
  for (const priority of [0, 31, 4, 5, 255, 30]) {
    client.publish(1, { routingKey: 'priorities' }, { priority }, String(priority))
  }
  const bodies: string[] = []
  for (let message = await get('priorities'); message !== undefined; message = await get('priorities'))
    bodies.push(message.body)
  expect(bodies).toEqual(['31', '255', '30', '5', '4', '0'])
})

test('basic.qos with global=true limits each consumer, not the channel', async () => {
  await declare('qos', {}, 'classic')
  for (const body of ['a', 'b', 'c', 'd']) client.publish(1, { routingKey: 'qos' }, {}, body)
  const other = await rawChannel(broker)
  await other.call(1, 'basic.qos', { prefetchCount: 1, global: true })
  for (const consumerTag of ['one', 'two'])
    await other.call(1, 'basic.consume', { queue: 'qos', consumerTag })
  await other.call(1, 'basic.qos')
  expect((await ready('qos')).fields).toMatchObject({ messageCount: 2 })
  other.cut()
})

test('the first storage of classic queues is refused, the lazy mode is not', async () => {
  expect((await declare('lazy', { 'x-queue-mode': 'lazy', 'x-queue-version': 2 }, 'classic')).method).toBe(
    'queue.declare-ok',
  )
  const refused = await declare('old', { 'x-queue-version': 1 }, 'classic')
  expect(refused.fields).toMatchObject({
    replyCode: 406,
    replyText:
      "PRECONDITION_FAILED - invalid arg 'x-queue-version' for queue 'old' in vhost '/': \"unsupported queue version '1'\"",
  })
  client.send(1, 'channel.close-ok')
  await client.call(1, 'channel.open')
})

test('what came back is held back, longer each time that counts', async () => {
  await declare('retries', {
    'x-delayed-retry-type': 'failed',
    'x-delayed-retry-min': 100_000,
    'x-delayed-retry-max': 150_000,
  })
  client.publish(1, { routingKey: 'retries' }, {}, 'm')
  let tag = 0
  const takeAndReturn = async (method: 'basic.reject' | 'basic.nack') => {
    expect(await get('retries', false)).toMatchObject({ body: 'm' })
    client.send(1, method, { deliveryTag: ++tag, requeue: true })
  }
  await takeAndReturn('basic.reject')
  expect(await get('retries')).toBeUndefined()
  await broker.elapse(90_000)
  expect(await get('retries')).toBeUndefined()
  await broker.elapse(10_000)
  await takeAndReturn('basic.reject')
  // Twice as long would be more than there may be.
  expect(await get('retries')).toBeUndefined()
  await broker.elapse(140_000)
  expect(await get('retries')).toBeUndefined()
  await broker.elapse(10_000)
  // A nack is no failure.
  await takeAndReturn('basic.nack')
  expect(await get('retries')).toMatchObject({ headers: { 'x-acquired-count': 3, 'x-delivery-count': 2 } })
})

test('a nack counts in x-acquired-count alone', async () => {
  await declare('nacks', { 'x-delivery-limit': 1 })
  client.publish(1, { routingKey: 'nacks' }, {}, 'm')
  const channel = await rawChannel(broker)
  for (let deliveryTag = 1; deliveryTag <= 4; deliveryTag++) {
    await channel.call(1, 'basic.get', { queue: 'nacks' })
    await channel.next()
    await channel.next()
    channel.send(1, 'basic.nack', { deliveryTag, requeue: true })
  }
  await channel.call(1, 'basic.qos')
  channel.cut()
  const message = await get('nacks')
  expect(message?.headers['x-acquired-count']).toBe(4)
  expect(message?.headers['x-delivery-count']).toBeUndefined()
})

test('classic queues refuse delayed retries', async () => {
  const refused = await declare('classic', { 'x-delayed-retry-type': 'all' }, 'classic')
  expect(refused.fields).toMatchObject({
    replyText:
      "PRECONDITION_FAILED - invalid arg 'x-delayed-retry-type' for queue 'classic' in vhost '/' of queue type rabbit_classic_queue",
  })
  client.send(1, 'channel.close-ok')
  await client.call(1, 'channel.open')
})

test('an ack that does not come costs the consumer of a quorum queue its place, and no channel', async () => {
  const consumer = await rawChannel(broker)
  for (const type of ['quorum', 'classic']) {
    await declare(`late-${type}`, {}, type)
    client.publish(1, { routingKey: `late-${type}` }, {}, type)
    await consumer.call(1, 'basic.consume', { queue: `late-${type}`, consumerTag: type })
    for (const part of ['deliver', 'header', 'body']) expect(await consumer.next(), part).toBeDefined()
  }
  await broker.elapse(31 * 60_000)
  expect(await consumer.nextMethod()).toMatchObject({
    method: 'basic.cancel',
    fields: { consumerTag: 'quorum' },
  })
  // The channel is open, and what the classic queue has delivered stays out.
  expect((await consumer.call(1, 'basic.qos')).method).toBe('basic.qos-ok')
  expect((await ready('late-quorum')).fields).toMatchObject({ messageCount: 1 })
  expect((await ready('late-classic')).fields).toMatchObject({ messageCount: 0 })
  consumer.cut()
})
