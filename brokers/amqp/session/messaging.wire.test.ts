/** The life of messages through the real amqplib (rabbitmq.md 2.4 to 2.8). */
import { type Channel, type ChannelModel, type ConsumeMessage, connect, type GetMessage } from 'amqplib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../../eventually.ts'
import { type RabbitMQ, startRabbitMQ } from '../rabbitmq.ts'
import { rawChannel, rawConnect } from '../raw-client.ts'

let broker: RabbitMQ
let connection: ChannelModel
let channel: Channel
let count = 0

beforeAll(async () => {
  broker = await startRabbitMQ()
})
afterAll(() => broker.stop())
beforeEach(async () => {
  connection = await open()
  channel = await connection.createChannel()
})
afterEach(() => connection.close().catch(() => {}))

const open = () => connect(broker.url, { noDelay: true })
const newName = (what = 'q') => `${what}-${++count}`
const text = (message: GetMessage | ConsumeMessage | false | null) =>
  message ? message.content.toString() : message

async function newQueue(args: Record<string, unknown> = {}): Promise<string> {
  const { queue } = await channel.assertQueue(newName(), { durable: true, arguments: args })
  return queue
}

async function got(queue: string, on = channel): Promise<GetMessage> {
  const message = await on.get(queue)
  if (message === false) throw new Error(`${queue} is empty`)
  return message
}

/** Collects deliveries; `until` waits for that many. */
async function consumeAll(on: Channel, queue: string, options: Record<string, unknown> = {}) {
  const messages: ConsumeMessage[] = []
  let isCancelled = false
  const { consumerTag } = await on.consume(
    queue,
    (message) => {
      if (message === null) isCancelled = true
      else messages.push(message)
    },
    options,
  )
  return {
    messages,
    consumerTag,
    texts: () => messages.map(text),
    until: (size: number) => eventually(`${size} deliveries from ${queue}`, () => messages.length >= size),
    wasCancelled: () => eventually(`${queue} cancels its consumer`, () => isCancelled),
  }
}

describe('delivery', () => {
  test('brings body, properties and headers as they were sent', async () => {
    const queue = await newQueue()
    const body = Buffer.from([0, 1, 2, 255])
    const options = {
      contentType: 'application/json',
      contentEncoding: 'gzip',
      headers: { text: 'a', deep: { list: [1, true, null] } },
      persistent: true,
      priority: 4,
      correlationId: 'c',
      replyTo: 'r',
      expiration: '60000',
      messageId: 'm',
      timestamp: 1234,
      type: 't',
      userId: 'guest',
      appId: 'a',
    }
    channel.sendToQueue(queue, body, options)
    await eventually('the message is there', async () => (await channel.checkQueue(queue)).messageCount === 1)

    const message = await got(queue)

    const { persistent: _, ...sent } = options
    expect(message.content).toEqual(body)
    expect(message.properties).toMatchObject({ ...sent, deliveryMode: 2 })
    expect(message.fields).toMatchObject({
      deliveryTag: 1,
      redelivered: false,
      exchange: '',
      routingKey: queue,
      messageCount: 0,
    })
  })

  test('of large bodies crosses many frames, both ways', async () => {
    const queue = await newQueue()
    const body = Buffer.alloc(1_000_000, 'abc')
    channel.sendToQueue(queue, body)
    const { messages, until } = await consumeAll(channel, queue, { noAck: true })
    await until(1)
    expect(messages[0]?.content.equals(body)).toBe(true)
  })

  test('of an empty body works', async () => {
    const queue = await newQueue()
    channel.sendToQueue(queue, Buffer.alloc(0))
    const { messages, until } = await consumeAll(channel, queue, { noAck: true })
    await until(1)
    expect(messages[0]?.content).toHaveLength(0)
  })

  test('to a slow reader neither loses nor reorders ten thousand messages', async () => {
    const queue = await newQueue()
    const body = Buffer.alloc(1000)
    for (let index = 0; index < 10_000; index++)
      channel.sendToQueue(queue, body, { messageId: String(index) })
    await eventually('all are there', async () => (await channel.checkQueue(queue)).messageCount === 10_000)
    const { messages, until } = await consumeAll(channel, queue, { noAck: true })
    await until(10_000)
    expect(messages.every((message, index) => message.properties.messageId === String(index))).toBe(true)
  })

  test('goes round robin over consumers with credit', async () => {
    const queue = await newQueue()
    await channel.prefetch(1)
    const one = await consumeAll(channel, queue)
    const two = await consumeAll(channel, queue)
    for (const body of ['1', '2', '3']) channel.sendToQueue(queue, Buffer.from(body))
    await one.until(1)
    await two.until(1)
    expect([one.texts(), two.texts()]).toEqual([['1'], ['2']])
    channel.ack(two.messages[0] as ConsumeMessage)
    await two.until(2)
    expect(two.texts()).toEqual(['2', '3'])
  })

  test('stops at a global prefetch of the channel', async () => {
    const queue = await newQueue()
    await channel.prefetch(2, true)
    const one = await consumeAll(channel, queue)
    const two = await consumeAll(channel, queue)
    for (const body of ['1', '2', '3']) channel.sendToQueue(queue, Buffer.from(body))
    await one.until(1)
    await two.until(1)
    const { ready, unacked } = await stateOf(queue)
    expect({ ready, unacked }).toEqual({ ready: 1, unacked: 2 })
  })

  test('of basic.get ignores the prefetch', async () => {
    const queue = await newQueue()
    await channel.prefetch(1)
    for (const body of ['1', '2']) channel.sendToQueue(queue, Buffer.from(body))
    expect([text(await got(queue)), text(await got(queue)), text(await channel.get(queue))]).toEqual([
      '1',
      '2',
      false,
    ])
  })

  test('ends with cancel, and what was taken stays with the channel', async () => {
    const queue = await newQueue()
    const { messages, consumerTag, until } = await consumeAll(channel, queue)
    channel.sendToQueue(queue, Buffer.from('1'))
    await until(1)
    await channel.cancel(consumerTag)
    channel.sendToQueue(queue, Buffer.from('2'))
    await eventually('the second waits', async () => (await stateOf(queue)).ready === 1)
    expect(await stateOf(queue)).toMatchObject({ ready: 1, unacked: 1, consumers: 0 })
    channel.ack(messages[0] as ConsumeMessage)
    await eventually('the first is settled', async () => (await stateOf(queue)).unacked === 0)
  })
})

async function stateOf(name: string) {
  const snapshot = await broker.inspect('/')
  const queue = snapshot.queues.find((one) => one.name === name)
  if (queue === undefined) throw new Error(`there is no queue ${name}`)
  return queue
}

describe('settling', () => {
  test('multiple acks everything up to the tag, over all queues of the channel', async () => {
    const [one, two] = [await newQueue(), await newQueue()]
    for (const queue of [one, two, one]) channel.sendToQueue(queue, Buffer.from(queue))
    await got(one)
    const second = await got(two)
    await got(one)
    channel.ack(second, true)
    await eventually(
      'one is left',
      async () => (await stateOf(one)).unacked === 1 && (await stateOf(two)).unacked === 0,
    )
  })

  test('nack with requeue brings the message back, marked as redelivered', async () => {
    const queue = await newQueue()
    channel.sendToQueue(queue, Buffer.from('m'))
    channel.nack(await got(queue))
    expect((await got(queue)).fields.redelivered).toBe(true)
  })

  test('nacks in any order put messages back at their old places', async () => {
    const queue = await newQueue()
    for (const body of ['0', '1', '2', '3']) channel.sendToQueue(queue, Buffer.from(body))
    const taken = [await got(queue), await got(queue), await got(queue)]
    for (const index of [2, 0, 1]) channel.nack(taken[index] as GetMessage)
    const back = [await got(queue), await got(queue), await got(queue), await got(queue)]
    expect(back.map((message) => [text(message), message.fields.redelivered])).toEqual([
      ['0', true],
      ['1', true],
      ['2', true],
      ['3', false],
    ])
  })

  test('recover requeues everything that is outstanding', async () => {
    const queue = await newQueue()
    for (const body of ['1', '2']) channel.sendToQueue(queue, Buffer.from(body))
    await got(queue)
    await got(queue)
    await channel.recover()
    expect(await stateOf(queue)).toMatchObject({ ready: 2, unacked: 0 })
  })

  test.each(['channel', 'connection'])('closing the %s requeues what was not acked', async (what) => {
    const queue = await newQueue()
    channel.sendToQueue(queue, Buffer.from('m'))
    const other = await open()
    const otherChannel = await other.createChannel()
    await got(queue, otherChannel)
    await (what === 'channel' ? otherChannel : other).close()
    const message = await got(queue)
    expect([text(message), message.fields.redelivered]).toEqual(['m', true])
    if (what === 'channel') await other.close()
  })

  test('a cut connection requeues, too', async () => {
    const queue = await newQueue()
    channel.sendToQueue(queue, Buffer.from('m'))
    const client = await rawChannel(broker)
    expect((await client.call(1, 'basic.get', { queue })).method).toBe('basic.get-ok')
    client.cut()
    await eventually('the message is back', async () => (await stateOf(queue)).ready === 1)
    expect((await got(queue)).fields.redelivered).toBe(true)
  })

  test('a quorum queue counts returns, tells them, and drops at the limit', async () => {
    const dead = await newQueue()
    const queue = await newQueue({
      'x-queue-type': 'quorum',
      'x-delivery-limit': 2,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': dead,
    })
    channel.sendToQueue(queue, Buffer.from('m'), { headers: { own: 1 } })
    const seen: unknown[] = []
    for (let time = 0; time < 3; time++) {
      const message = await got(queue)
      seen.push([
        message.properties.headers?.['own'],
        message.properties.headers?.['x-delivery-count'],
        message.fields.redelivered,
      ])
      channel.nack(message)
    }
    expect(seen).toEqual([
      [1, undefined, false],
      [1, 1, true],
      [1, 2, true],
    ])
    const { headers } = (await got(dead)).properties
    expect(headers?.['x-death']).toMatchObject([{ count: 1, reason: 'delivery_limit', queue }])
  })
})

describe('confirms and returns', () => {
  test('a publish to nowhere is confirmed, and returned before that if it is mandatory', async () => {
    const confirmed = await connection.createConfirmChannel()
    const events: string[] = []
    confirmed.on('return', ({ fields, content }) => {
      const { replyCode, replyText } = fields as unknown as { replyCode: number; replyText: string }
      events.push(`return ${replyCode} ${replyText} ${content}`)
    })
    const publish = (mandatory: boolean) =>
      new Promise<void>((resolve, reject) => {
        confirmed.publish('', 'nowhere', Buffer.from('m'), { mandatory }, (error) => {
          events.push(error ? 'nack' : 'ack')
          if (error) reject(error)
          else resolve()
        })
      })
    await publish(false)
    await publish(true)
    expect(events).toEqual(['ack', 'return 312 NO_ROUTE m', 'ack'])
  })

  test('a burst is confirmed with few multiple acks', async () => {
    const client = await rawChannel(broker)
    const queue = await newQueue()
    await client.call(1, 'confirm.select')
    for (let tag = 1; tag <= 500; tag++) client.publish(1, { routingKey: queue }, { deliveryMode: 2 })
    let acks = 0
    for (let told = 0; told < 500; acks++) {
      const frame = await client.nextMethod()
      if (frame.method !== 'basic.ack') throw new Error(`got ${frame.method}`)
      expect(frame.fields.deliveryTag).toBeGreaterThan(told)
      if (frame.fields.deliveryTag > told + 1) expect(frame.fields.multiple).toBe(true)
      told = frame.fields.deliveryTag
    }
    expect(acks).toBeLessThan(100)
    client.cut()
  })

  test.each([
    ['channel', 1],
    ['connection', 0],
  ] as const)(
    'closing the %s confirms what was published before, and nothing follows the close-ok',
    async (what, on) => {
      const client = await rawChannel(broker)
      await client.call(1, 'confirm.select')
      client.socket.cork()
      for (let each = 0; each < 3; each++) client.publish(1, { routingKey: 'nowhere' })
      client.send(on, `${what}.close`)
      // The next answer tells that nothing came in between.
      if (what === 'channel') client.send(1, 'channel.open')
      client.socket.uncork()

      const ack = await client.nextMethod()
      expect([ack.method, ack.fields]).toMatchObject(['basic.ack', { deliveryTag: 3 }])
      expect((await client.nextMethod()).method).toBe(`${what}.close-ok`)
      if (what === 'channel') expect((await client.nextMethod()).method).toBe('channel.open-ok')
      else expect(await client.next()).toBeUndefined()
      client.cut()
    },
  )

  test('reject-publish nacks what does not fit', async () => {
    const queue = await newQueue({ 'x-max-length': 1, 'x-overflow': 'reject-publish' })
    const confirmed = await connection.createConfirmChannel()
    const outcomes = await Promise.allSettled(
      ['1', '2', '3'].map(
        (body) =>
          new Promise<void>((resolve, reject) => {
            confirmed.sendToQueue(queue, Buffer.from(body), {}, (error) =>
              error ? reject(error) : resolve(),
            )
          }),
      ),
    )
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  })
})

describe('routing', () => {
  test('a topic exchange, an exchange bound to it and two bindings to one queue deliver one copy', async () => {
    const [outer, inner] = [newName('x'), newName('x')]
    await channel.assertExchange(outer, 'topic')
    await channel.assertExchange(inner, 'fanout')
    await channel.bindExchange(inner, outer, 'order.#')
    await channel.bindExchange(outer, inner, '#')
    const queue = await newQueue()
    await channel.bindQueue(queue, inner, '')
    await channel.bindQueue(queue, outer, 'order.*')
    channel.publish(outer, 'order.paid', Buffer.from('m'))
    await eventually('it has arrived', async () => (await stateOf(queue)).ready === 1)
    expect((await got(queue)).fields).toMatchObject({
      exchange: outer,
      routingKey: 'order.paid',
      messageCount: 0,
    })
  })

  test('an alternate exchange takes what no binding does', async () => {
    const [main, spare] = [newName('x'), newName('x')]
    await channel.assertExchange(spare, 'fanout')
    await channel.assertExchange(main, 'direct', { alternateExchange: spare })
    const queue = await newQueue()
    await channel.bindQueue(queue, spare, '')
    channel.publish(main, 'nobody', Buffer.from('m'))
    await eventually('it has arrived', async () => (await stateOf(queue)).ready === 1)
    expect((await got(queue)).fields.exchange).toBe(main)
  })

  test('CC adds keys and stays, BCC adds keys and goes', async () => {
    const [to, cc, bcc] = [await newQueue(), await newQueue(), await newQueue()]
    channel.sendToQueue(to, Buffer.from('m'), { CC: [cc], BCC: [bcc] })
    for (const queue of [to, cc, bcc]) {
      await eventually('it has arrived', async () => (await stateOf(queue)).ready === 1)
      expect((await got(queue)).properties.headers).toEqual({ CC: [cc] })
    }
  })
})

describe('queues and exchanges that end by themselves', () => {
  test('a server-named queue gets a name, and is what an empty name means', async () => {
    const { queue } = await channel.assertQueue('', { exclusive: true })
    expect(queue).toMatch(/^amq\.gen-[\w-]{22}$/)
    await channel.bindQueue('', 'amq.fanout', '')
    const snapshot = await broker.inspect('/')
    expect(snapshot.bindings.some((binding) => binding.destination === queue)).toBe(true)
  })

  test('an exclusive queue ends with its connection', async () => {
    const other = await open()
    const { queue } = await (await other.createChannel()).assertQueue('', { exclusive: true })
    await other.close()
    await eventually(
      'it is gone',
      async () => !(await broker.inspect('/')).queues.some((one) => one.name === queue),
    )
  })

  test('an auto-delete queue ends with its last consumer, and not before it had one', async () => {
    const { queue } = await channel.assertQueue(newName(), { autoDelete: true })
    expect(await stateOf(queue)).toMatchObject({ autoDelete: true })
    const { consumerTag } = await consumeAll(channel, queue)
    await channel.cancel(consumerTag)
    await eventually(
      'it is gone',
      async () => !(await broker.inspect('/')).queues.some((one) => one.name === queue),
    )
  })

  test('an auto-delete exchange ends with its last binding', async () => {
    const exchange = newName('x')
    await channel.assertExchange(exchange, 'fanout', { autoDelete: true })
    const queue = await newQueue()
    await channel.bindQueue(queue, exchange, '')
    await channel.deleteQueue(queue)
    expect((await broker.inspect('/')).exchanges.some((one) => one.name === exchange)).toBe(false)
  })

  test('deleting a queue cancels its consumers, who are told', async () => {
    const queue = await newQueue()
    const { wasCancelled } = await consumeAll(channel, queue)
    channel.sendToQueue(queue, Buffer.from('m'))
    await (await connection.createChannel()).deleteQueue(queue)
    await wasCancelled()
  })

  test('purge drops what is ready and counts it; what is out stays out', async () => {
    const queue = await newQueue()
    for (const body of ['1', '2', '3']) channel.sendToQueue(queue, Buffer.from(body))
    await got(queue)
    expect(await channel.purgeQueue(queue)).toEqual({ messageCount: 2 })
    expect(await stateOf(queue)).toMatchObject({ ready: 0, unacked: 1 })
  })
})

describe('the connection', () => {
  test('tells what it is in its server properties', () => {
    const { serverProperties } = (
      connection as unknown as { connection: { serverProperties: Record<string, unknown> } }
    ).connection
    expect(serverProperties).toMatchObject({
      product: 'RabbitMQ',
      version: '4.2.0',
      capabilities: {
        publisher_confirms: true,
        consumer_cancel_notify: true,
        'basic.nack': true,
        direct_reply_to: true,
      },
    })
  })

  test('is cut without a word when the client stays silent for two heartbeats', async () => {
    const { client } = await rawConnect(broker, { heartbeat: 1 })
    const began = performance.now()
    const kinds: string[] = []
    for (let frame = await client.next(); frame !== undefined; frame = await client.next())
      kinds.push(frame.kind)
    expect(performance.now() - began).toBeGreaterThan(1500)
    expect(new Set(kinds)).toEqual(new Set(['heartbeat']))
  })

  test('shows up in the snapshot with name, heartbeat and channels', async () => {
    const other = await connect(`${broker.url}?heartbeat=7`, {
      noDelay: true,
      clientProperties: { connection_name: 'me' },
    })
    await other.createChannel()
    const mine = (await broker.inspect('/')).connections.find((one) => one.name === 'me')
    expect(mine).toMatchObject({ user: 'guest', vhost: '/', heartbeatSeconds: 7, channels: 1 })
    await other.close()
  })

  test('opens a channel for passive declares that fail, and leaves the others alone', async () => {
    const doomed = await connection.createChannel()
    const closed = new Promise<Error & { code?: number }>((resolve) => doomed.on('error', resolve))
    await expect(doomed.checkQueue('none')).rejects.toThrow('404')
    expect((await closed).code).toBe(404)
    await channel.checkExchange('amq.direct')
  })
})

describe('transactions', () => {
  test('publishes appear with the commit, and vanish with a rollback', async () => {
    const queue = await newQueue()
    const client = await rawChannel(broker)
    await client.call(1, 'tx.select')
    client.publish(1, { routingKey: queue })
    await client.call(1, 'tx.rollback')
    client.publish(1, { routingKey: queue })
    expect((await stateOf(queue)).ready).toBe(0)
    expect((await client.call(1, 'tx.commit')).method).toBe('tx.commit-ok')
    expect((await stateOf(queue)).ready).toBe(1)
    client.cut()
  })

  test('a rolled-back ack can be done again', async () => {
    const queue = await newQueue()
    channel.sendToQueue(queue, Buffer.from('m'))
    await eventually('it is there', async () => (await stateOf(queue)).ready === 1)
    const client = await rawChannel(broker)
    await client.call(1, 'tx.select')
    await client.call(1, 'basic.get', { queue })
    client.send(1, 'basic.ack', { deliveryTag: 1 })
    await client.call(1, 'tx.rollback')
    expect((await stateOf(queue)).unacked).toBe(1)
    client.send(1, 'basic.ack', { deliveryTag: 1 })
    await client.call(1, 'tx.commit')
    expect(await stateOf(queue)).toMatchObject({ ready: 0, unacked: 0 })
    client.cut()
  })

  test('what was not committed comes back when the connection goes', async () => {
    const queue = await newQueue()
    channel.sendToQueue(queue, Buffer.from('m'))
    await eventually('it is there', async () => (await stateOf(queue)).ready === 1)
    const client = await rawChannel(broker)
    await client.call(1, 'tx.select')
    await client.call(1, 'basic.get', { queue })
    client.send(1, 'basic.ack', { deliveryTag: 1 })
    client.cut()
    await eventually('it is back', async () => (await stateOf(queue)).ready === 1)
  })
})

describe('direct reply-to', () => {
  test('brings the answer to who asked, without a queue', async () => {
    const requests = await newQueue()
    await channel.consume(
      requests,
      (message) => {
        if (message === null) return
        const { replyTo, correlationId } = message.properties
        channel.sendToQueue(replyTo as string, Buffer.from(`re: ${message.content}`), {
          correlationId: correlationId as string,
        })
      },
      { noAck: true },
    )
    const other = await open()
    const asking = await other.createChannel()
    const { messages, until } = await consumeAll(asking, 'amq.rabbitmq.reply-to', { noAck: true })
    asking.sendToQueue(requests, Buffer.from('hello'), {
      replyTo: 'amq.rabbitmq.reply-to',
      correlationId: '7',
    })
    await until(1)
    expect([text(messages[0] ?? null), messages[0]?.properties.correlationId]).toEqual(['re: hello', '7'])
    await other.close()
  })
})

describe('the ack timeout', () => {
  test("closes the channel after half an hour of the broker's time, and the message comes back", async () => {
    const queue = await newQueue()
    const doomed = await connection.createChannel()
    const closed = new Promise<Error>((resolve) => doomed.on('error', resolve))
    const { until } = await consumeAll(doomed, queue)
    channel.sendToQueue(queue, Buffer.from('m'))
    await until(1)
    await broker.elapse(1_800_000 - 60_000)
    expect((await stateOf(queue)).unacked).toBe(1)
    await broker.elapse(60_000)
    expect((await closed).message).toContain(
      'PRECONDITION_FAILED - delivery acknowledgement on channel 2 timed out. Timeout value used: 1800000 ms.',
    )
    expect((await got(queue)).fields.redelivered).toBe(true)
  })
})

describe('a memory alarm', () => {
  test('blocks who publishes, leaves the others alone, and lets the pending confirm through when it ends', async () => {
    const queue = await newQueue()
    const publishing = await open()
    const events: string[] = []
    publishing.on('blocked', (reason) => events.push(`blocked: ${reason}`))
    publishing.on('unblocked', () => events.push('unblocked'))
    const confirmed = await publishing.createConfirmChannel()
    await broker.setMemoryAlarm(true)

    confirmed.sendToQueue(queue, Buffer.from('m'), {}, () => events.push('confirmed'))
    await eventually('the publisher is told', () => events.length === 1)
    const answer = confirmed.checkQueue(queue).then(() => events.push('answered'))
    expect(await channel.checkQueue(queue)).toMatchObject({ messageCount: 0 })
    await broker.setMemoryAlarm(false)
    await answer

    expect(events).toEqual(['blocked: low on memory', 'unblocked', 'confirmed', 'answered'])
    await publishing.close()
  })
})
