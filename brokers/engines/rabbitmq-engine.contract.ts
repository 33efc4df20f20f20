/** What every RabbitMQ engine promises: a suite that each of them passes. */
import { connect } from 'amqplib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import type { QueueSnapshot, RabbitMQEngine, RabbitMQIsolation } from './engine.ts'

/** Engines that can freeze a broker have these two. */
type EngineUnderTest = RabbitMQEngine & { freeze?(): Promise<void>; thaw?(): Promise<void> }

/** Of what a queue holds, as far as every engine can tell it. */
type Holding = Pick<QueueSnapshot, 'name' | 'ready' | 'unacked' | 'consumers'>

export function keepsRabbitMQContract(options: {
  start: () => Promise<EngineUnderTest>
  /** So long after a declaration its queue is sure to survive a kill; 4.0.5 has lost younger ones. */
  definedMs?: number
  /** What it must say of itself. */
  server: RegExp
  /** Whatever of it would be left over after it was disposed: processes, folders. */
  leftOver: (engine: EngineUnderTest) => () => Promise<readonly string[]> | readonly string[]
}): void {
  let engine: EngineUnderTest
  beforeAll(async () => {
    engine = await options.start()
  })
  afterAll(async () => {
    await engine[Symbol.asyncDispose]()
  })

  async function open({ vhost, username, password }: RabbitMQIsolation) {
    const { host: hostname, port } = engine.address
    const clientProperties = { connection_name: 'the contract' }
    const login = { hostname, port, username, password, vhost, heartbeat: 30 }
    const connection = await connect(login, { noDelay: true, clientProperties })
    connection.on('error', () => {})
    return connection
  }

  /** Numbers of a real server are some time behind. */
  async function holds(vhost: string, wanted: readonly Holding[]): Promise<void> {
    let seen: readonly Holding[] = []
    const isSo = async () => {
      seen = (await engine.inspect(vhost)).queues
        .map(({ name, ready, unacked, consumers }) => ({ name, ready, unacked, consumers }))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
      return JSON.stringify(seen) === JSON.stringify(wanted)
    }
    await eventually('queues hold what they should', isSo).catch(() => expect(seen).toEqual(wanted))
  }

  test('says what it is, where it listens and what it can', async () => {
    expect(engine.server).toMatch(options.server)
    expect(engine.address).toMatchObject({ host: '127.0.0.1', port: expect.any(Number) })
    expect(engine.capabilities.has('inspect')).toBe(true)
    expect(engine.capabilities.has('freeze')).toBe(engine.freeze !== undefined)
  })

  test('isolates: two checks with the same names never meet', async () => {
    await using one = await engine.isolate('check')
    await using two = await engine.isolate('check')
    const connection = await open(one)
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('orders')
    channel.sendToQueue('orders', Buffer.from('m'))
    await channel.waitForConfirms()
    await holds(one.vhost, [{ name: 'orders', ready: 1, unacked: 0, consumers: 0 }])
    expect((await engine.inspect(two.vhost)).queues).toEqual([])
    await expect(open({ ...one, vhost: two.vhost })).rejects.toThrow()
    await connection.close()
  })

  test('inspects what was declared, what waits, who consumes and who is connected', async () => {
    await using isolation = await engine.isolate('inspect')
    const connection = await open(isolation)
    const channel = await connection.createConfirmChannel()
    await channel.assertExchange('events', 'topic', { alternateExchange: 'amq.fanout' })
    await channel.assertQueue('q', { messageTtl: 3_600_000 })
    await channel.assertQueue('quorum', { arguments: { 'x-queue-type': 'quorum' } })
    await channel.bindQueue('q', 'events', 'a.*')
    for (const body of ['1', '2', '3']) channel.publish('events', 'a.b', Buffer.from(body))
    await channel.waitForConfirms()
    await channel.prefetch(1)
    await channel.consume('q', () => {})
    await holds(isolation.vhost, [
      { name: 'q', ready: 2, unacked: 1, consumers: 1 },
      { name: 'quorum', ready: 0, unacked: 0, consumers: 0 },
    ])
    const seen = await engine.inspect(isolation.vhost)
    expect(seen.queues.find(({ name }) => name === 'q')).toMatchObject({
      type: 'classic',
      durable: true,
      exclusive: false,
      autoDelete: false,
      arguments: { 'x-message-ttl': 3_600_000 },
    })
    expect(seen.queues.find(({ name }) => name === 'quorum')).toMatchObject({
      type: 'quorum',
      exclusive: false,
    })
    expect(seen.exchanges).toContainEqual({
      name: 'events',
      type: 'topic',
      durable: true,
      autoDelete: false,
      internal: false,
      arguments: { 'alternate-exchange': 'amq.fanout' },
    })
    expect(seen.exchanges.map(({ name }) => name)).toEqual(expect.arrayContaining(['', 'amq.topic']))
    expect(seen.bindings).toEqual([
      { source: 'events', destination: 'q', destinationType: 'queue', routingKey: 'a.*', arguments: {} },
    ])
    await eventually('the connection is seen', async () => {
      const [one] = (await engine.inspect(isolation.vhost)).connections
      return one?.name === 'the contract' && one.channels === 1
    })
    expect((await engine.inspect(isolation.vhost)).connections).toMatchObject([
      { user: isolation.username, vhost: isolation.vhost, heartbeatSeconds: 30 },
    ])
    await connection.close()
  })

  test('a vhost that is not there is said so', async () => {
    await expect(engine.inspect('nowhere')).rejects.toThrow("there is no vhost 'nowhere'")
  })

  test('lets time pass', async () => {
    await using isolation = await engine.isolate('time')
    const connection = await open(isolation)
    const channel = await connection.createConfirmChannel()
    await channel.assertQueue('q', { expires: 500 })
    await engine.elapse(500)
    await holds(isolation.vhost, [])
    await connection.close()
  })

  test('stops as an operator would: clients are told, and what is durable stays', async () => {
    await using isolation = await engine.isolate('stop')
    const { port } = engine.address
    const connection = await open(isolation)
    const told = new Promise<Error>((resolve) => connection.on('error', resolve))
    const closed = new Promise<Error>((resolve) => connection.on('close', resolve))
    await keepOne(connection)
    await engine.stop()
    expect((await Promise.race([told, closed])).message).toContain('CONNECTION_FORCED')
    await engine.restart()
    expect(engine.address.port).toBe(port)
    await holds(isolation.vhost, [{ name: 'durable', ready: 1, unacked: 0, consumers: 0 }])
  })

  test('kills: clients are told nothing, and what was confirmed stays', async () => {
    await using isolation = await engine.isolate('kill')
    const connection = await open(isolation)
    const closed = new Promise<Error | undefined>((resolve) => connection.on('close', resolve))
    await keepOne(connection)
    // Nothing tells when it is written.
    if (options.definedMs !== undefined)
      await new Promise((resolve) => setTimeout(resolve, options.definedMs))
    await engine.kill()
    expect(String((await closed)?.message)).not.toContain('CONNECTION_FORCED')
    await expect(open(isolation)).rejects.toThrow()
    await engine.restart()
    await holds(isolation.vhost, [{ name: 'durable', ready: 1, unacked: 0, consumers: 0 }])
  })

  /** Publishes one message that stays and, into a queue that does not, one that goes. */
  async function keepOne(connection: Awaited<ReturnType<typeof open>>): Promise<void> {
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    await channel.assertQueue('durable')
    await channel.assertQueue('own', { exclusive: true })
    for (const queue of ['durable', 'own']) {
      channel.sendToQueue(queue, Buffer.from('m'), { persistent: true })
    }
    await channel.waitForConfirms()
  }

  test('removes a vhost with all in it, also when the broker was down meanwhile', async () => {
    const isolation = await engine.isolate('gone')
    const connection = await open(isolation)
    await (await connection.createChannel()).assertQueue('q')
    await engine.kill()
    await isolation[Symbol.asyncDispose]()
    await engine.restart()
    await expect(engine.inspect(isolation.vhost)).rejects.toThrow('there is no vhost')
  })

  test('freezes and thaws', async (context) => {
    if (engine.freeze === undefined) return context.skip('it can not')
    await using isolation = await engine.isolate('freeze')
    const connection = await open(isolation)
    await engine.freeze()
    let isAnswered = false
    const answer = connection.createChannel().then(() => {
      isAnswered = true
    })
    // Nothing must happen, and nothing can be awaited: a wrong one would answer well within this time.
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(isAnswered).toBe(false)
    await engine.thaw?.()
    await answer
    await connection.close()
  })

  test('leaves nothing behind once it is disposed, and may be disposed twice', async () => {
    const other = await options.start()
    const leftOver = options.leftOver(other)
    expect(await leftOver()).not.toEqual([])
    await other[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
    expect(await leftOver()).toEqual([])
  })
}
