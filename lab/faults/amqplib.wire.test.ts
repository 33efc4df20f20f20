/**
 * The real client through the proxy to the embedded broker: nothing changes, and each fault does what it
 * says.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { connect } from 'amqplib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRabbitMQ } from '#brokers/amqp'
import type { Address, RabbitMQEngine } from '#brokers/engines'
import { embeddedRabbitMQ } from '#brokers/engines/embedded'
import { startActor } from '../actors/actor.ts'
import type { AmqpProxy } from './amqp-proxy.ts'
import { openAmqpProxy } from './amqp-proxy.ts'
import type { FaultAction, FrameMatch } from './fault.ts'
import { eventually } from './test-peers.ts'
import { place as placeAt } from './test-proxy.ts'

let engine: RabbitMQEngine
let proxy: AmqpProxy
let direct: ChannelModel

const url = ({ host, port }: Address) => `amqp://guest:guest@${host}:${port}`

async function connectTo(address: Address): Promise<ChannelModel> {
  const connection = await connect(url(address), { noDelay: true })
  connection.on('error', () => undefined)
  return connection
}

beforeAll(async () => {
  engine = await embeddedRabbitMQ({ runsIn: 'worker', durability: 'os' })
})
afterAll(() => engine[Symbol.asyncDispose]())
beforeEach(async () => {
  proxy = await openAmqpProxy({
    upstream: () => engine.address,
    lane: 'consumer',
    now: () => performance.now(),
  })
  direct = await connectTo(engine.address)
})
afterEach(async () => {
  // Clients behind the proxy go with it: their close() would never settle where a fault has cut them.
  await proxy[Symbol.asyncDispose]()
  await direct.close()
})

let queues = 0
/**
 * A durable queue of its own, declared past the proxy, with these bodies in it; each body is its messageId as
 * well.
 */
async function queueWith(...bodies: string[]): Promise<string> {
  const queue = `queue-${++queues}`
  const channel = await direct.createConfirmChannel()
  await channel.assertQueue(queue, { durable: true })
  for (const body of bodies)
    channel.sendToQueue(queue, Buffer.from(body), { messageId: body, persistent: true })
  await channel.waitForConfirms()
  await channel.close()
  return queue
}

/** What is ready in the queue, in order, taken past the proxy. */
async function take(queue: string): Promise<{ body: string; redelivered: boolean }[]> {
  const channel = await direct.createChannel()
  const taken: { body: string; redelivered: boolean }[] = []
  for (;;) {
    const message = await channel.get(queue, { noAck: true })
    if (message === false) break
    taken.push({ body: message.content.toString(), redelivered: message.fields.redelivered })
  }
  await channel.close()
  return taken
}

async function untilReady(queue: string, ready: number): Promise<void> {
  const channel = await direct.createChannel()
  const deadline = performance.now() + 3_000
  while ((await channel.checkQueue(queue)).messageCount !== ready) {
    if (performance.now() > deadline) throw new Error(`${queue} never had ${ready} messages ready`)
  }
  await channel.close()
}

const place = (what: FaultAction, when: Partial<FrameMatch>) => placeAt(proxy, when, what)

async function confirmChannel(): Promise<ConfirmChannel> {
  const channel = await (await connectTo(proxy.address)).createConfirmChannel()
  channel.on('error', () => undefined)
  return channel
}

const closed = (channel: ConfirmChannel) =>
  new Promise<void>((resolve) => channel.once('close', () => resolve()))

describe('a client behind the proxy', () => {
  it('publishes 2,000 confirmed messages and gets them back, byte for byte and in order', async () => {
    const queue = await queueWith()
    const bodies = Array.from({ length: 2_000 }, (_, index) => Buffer.alloc(index % 700, `${index} `))
    const publisher = await confirmChannel()
    for (const [index, body] of bodies.entries())
      publisher.sendToQueue(queue, body, { messageId: `m${index}` })
    await publisher.waitForConfirms()

    const consumer = await confirmChannel()
    const got: Buffer[] = []
    const all = Promise.withResolvers<void>()
    await consumer.consume(queue, (message) => {
      if (message === null) return
      got.push(message.content)
      if (got.length % 100 === 0) consumer.ack(message, true)
      if (got.length === bodies.length) all.resolve()
    })
    await all.promise

    expect(got.every((body, index) => body.equals(bodies[index] ?? Buffer.from('none')))).toBe(true)
    const methods = Map.groupBy(proxy.frames, ({ method }) => method)
    expect(methods.get('basic.publish')).toHaveLength(2_000)
    expect(methods.get('basic.deliver')?.map(({ message }) => message)).toEqual(
      bodies.map((_, index) => `m${index}`),
    )
    expect(methods.get('undecodable')).toBeUndefined()
    expect(proxy.frames.every(({ forwarded }) => forwarded)).toBe(true)
  })

  it('is told which messages its acks and the broker’s confirms refer to', async () => {
    const queue = await queueWith()
    const channel = await confirmChannel()
    for (const id of ['a', 'b', 'c']) channel.sendToQueue(queue, Buffer.from(id), { messageId: id })
    await channel.waitForConfirms()
    const confirmed = proxy.frames
      .filter(({ method, direction }) => method === 'basic.ack' && direction === 'to-client')
      .flatMap(({ message, messages }) => messages ?? [String(message)])
    expect(confirmed).toEqual(['a', 'b', 'c'])

    const got = [await channel.get(queue), await channel.get(queue), await channel.get(queue)]
    const [first, , third] = got
    if (!first || !third) throw new Error('three messages were published')
    channel.nack(first, false, true)
    channel.ack(third, true)
    const again = await channel.get(queue)
    if (!again) throw new Error('one was put back')
    channel.reject(again, false)
    await channel.checkQueue(queue)

    const settled = proxy.frames.filter(
      ({ direction, method }) => direction === 'to-broker' && /ack|reject/.test(method),
    )
    expect(settled.map(({ method, message, messages }) => [method, message, messages])).toEqual([
      ['basic.nack', 'a', undefined],
      ['basic.ack', 'c', ['b', 'c']],
      ['basic.reject', 'a', undefined],
    ])
  })

  it('can be stepped through, frame by frame', async () => {
    const queue = await queueWith('one')
    const channel = await confirmChannel()
    proxy.pause()
    const got = channel.get(queue, { noAck: true })
    const before = proxy.frames.length
    const seen = () => proxy.frames.slice(before).map(({ method }) => method)

    await eventually(() => {
      proxy.step()
      return seen().length === 1
    })
    expect(seen()).toEqual(['basic.get'])
    await eventually(() => {
      proxy.step()
      return seen().length === 2
    })

    expect(seen()).toEqual(['basic.get', 'basic.get-ok'])
    expect(await got).toMatchObject({ content: Buffer.from('one') })
  })
})

describe('a lost confirm', () => {
  it.each(['hold', 'cut'] as const)(
    'by %s: the publisher sees a closed channel, the broker has the message',
    async (kind) => {
      const queue = await queueWith()
      const channel = await confirmChannel()
      const placed = place({ kind }, { direction: 'to-client', nth: 2 })
      const isClosed = closed(channel)
      channel.sendToQueue(queue, Buffer.from('one'), { messageId: 'one' })
      await channel.waitForConfirms()

      const outcome = Promise.withResolvers<unknown>()
      channel.sendToQueue(queue, Buffer.from('two'), { messageId: 'two' }, (error) => outcome.resolve(error))
      await placed.fired
      if (kind === 'hold') proxy.cut()
      await isClosed

      expect(await outcome.promise).toBeInstanceOf(Error)
      expect(proxy.frames.findLast(({ method }) => method === 'basic.ack')).toMatchObject({
        message: 'two',
        forwarded: false,
      })
      expect((await take(queue)).map(({ body }) => body)).toEqual(['one', 'two'])
    },
  )
})

describe('a connection cut at a frame', () => {
  it('right after a publish leaves the message provably in the queue, 50 of 50 times', async () => {
    const queue = await queueWith()
    for (let run = 0; run < 50; run++) {
      const channel = await confirmChannel()
      const isClosed = closed(channel)
      const placed = place({ kind: 'cut-after' }, { method: 'basic.publish', nth: 2 })
      for (const id of ['a', 'b', 'c']) channel.sendToQueue(queue, Buffer.from(`${run}${id}`))
      await placed.fired

      expect(placed.failure).toBeUndefined()
      expect((await take(queue)).map(({ body }) => body)).toEqual([`${run}a`, `${run}b`])
      await isClosed
    }
  })

  it('before a publish leaves it out', async () => {
    const queue = await queueWith()
    const channel = await confirmChannel()
    const isClosed = closed(channel)
    const placed = place({ kind: 'cut' }, { method: 'basic.publish', fields: { messageId: 'b' } })
    for (const id of ['a', 'b', 'c']) channel.sendToQueue(queue, Buffer.from(id), { messageId: id })
    await placed.fired
    await isClosed

    await untilReady(queue, 1)
    expect((await take(queue)).map(({ body }) => body)).toEqual(['a'])
  })

  it('before an ack brings exactly that message back as redelivered', async () => {
    const queue = await queueWith('a', 'b', 'c')
    const channel = await confirmChannel()
    const placed = place({ kind: 'cut' }, { nth: 2 })
    await channel.prefetch(1)
    await channel.consume(queue, (message) => message && channel.ack(message))
    await placed.fired

    await untilReady(queue, 2)
    expect(await take(queue)).toEqual([
      { body: 'b', redelivered: true },
      { body: 'c', redelivered: false },
    ])
  })

  it('right after an ack brings nothing back, 50 of 50 times', async () => {
    for (let run = 0; run < 50; run++) {
      const queue = await queueWith('a', 'b')
      const channel = await confirmChannel()
      const placed = place({ kind: 'cut-after' }, { nth: 1 })
      await channel.prefetch(1)
      await channel.consume(queue, (message) => message && channel.ack(message))
      await placed.fired

      await untilReady(queue, 1)
      expect((await take(queue)).map(({ body }) => body)).toEqual(['b'])
    }
  })

  it('of any kind of method is proven, or said not to be', async () => {
    const outcomes: string[] = []
    for (const method of [
      'protocol-header',
      'connection.tune-ok',
      'connection.open',
      'channel.open',
      'channel.close',
    ]) {
      const placed = place({ kind: 'cut-after' }, { method })
      // Not awaited: the client's close() never settles when its connection is lost meanwhile.
      void connectTo(proxy.address)
        .then((connection) => connection.createChannel())
        .then((channel) => channel.close())
        .catch(() => undefined)
      await placed.fired
      outcomes.push(`${method}: ${placed.failure === undefined ? 'proven' : 'not proven'}`)
    }

    expect(outcomes).toEqual([
      'protocol-header: proven',
      'connection.tune-ok: not proven',
      'connection.open: proven',
      'channel.open: proven',
      'channel.close: proven',
    ])
  })
})

describe('an actor', () => {
  it('killed while its second ack is on the way finds exactly that message redelivered', async () => {
    const queue = await queueWith()
    const suffix = queue
    const work = `work-${suffix}`
    const channel = await direct.createConfirmChannel()
    await channel.assertQueue(work, { durable: true })
    for (const body of ['a', 'b', 'c']) channel.sendToQueue(work, Buffer.from(body), { persistent: true })
    await channel.waitForConfirms()
    const world = {
      amqpUrl: url(proxy.address),
      kafkaBrokers: [],
      nameSuffix: suffix,
      databaseDir: tmpdir(),
      seed: 1,
    }
    const file = join(import.meta.dirname, 'test-consumer.ts')
    const kill = (): Promise<void> => actor.kill()
    const placed = place({ kind: 'do', action: kill }, { nth: 2 })

    const actor = await startActor({ file, name: 'consumer', lane: 'consumer', world })
    await placed.fired

    expect(placed.failure).toBeUndefined()
    expect(actor.state).toBe('killed')
    await untilReady(work, 2)
    expect(await take(work)).toEqual([
      { body: 'b', redelivered: true },
      { body: 'c', redelivered: false },
    ])
  })
})

describe('a broker that is killed', () => {
  it('takes its clients along, refuses others, and is found again where it listens next', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'proxy-broker-'))
    await using cleanup = new AsyncDisposableStack()
    cleanup.defer(() => rmSync(dataDir, { recursive: true, force: true }))
    let broker = await startRabbitMQ({ runsIn: 'child', dataDir })
    const states: string[] = []
    const own = await openAmqpProxy({
      upstream: () => broker,
      lane: 'producer',
      now: () => 0,
      onConnection: ({ state }) => states.push(state),
    })
    cleanup.use(own)
    const connection = await connectTo(own.address)
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => undefined)
    await channel.assertQueue('kept', { durable: true })
    channel.sendToQueue('kept', Buffer.from('kept'), { persistent: true })
    await channel.waitForConfirms()

    const isClosed = closed(channel)
    await broker.kill()
    await isClosed
    await expect(connectTo(own.address)).rejects.toThrow()
    const { port } = broker
    broker = await startRabbitMQ({ runsIn: 'child', dataDir })
    cleanup.use(broker)
    expect(broker.port).not.toBe(port)

    const again = await (await connectTo(own.address)).createChannel()
    expect(await again.get('kept', { noAck: true })).toMatchObject({ content: Buffer.from('kept') })
    expect(states).toEqual(['opened', 'closed', 'refused', 'opened'])
  })
})
