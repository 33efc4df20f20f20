/** What an operator sets holds, and still holds after a restart: permissions, policies, limits, the memory watermark. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChannelModel, connect } from 'amqplib'
import { expect, onTestFinished, test } from 'vitest'
import { type RabbitMQ, type RabbitMQOptions, startRabbitMQ } from './rabbitmq.ts'

async function start(options: RabbitMQOptions = {}): Promise<RabbitMQ> {
  const dataDir = await mkdtemp(join(tmpdir(), 'operator-'))
  const broker = await startRabbitMQ({ dataDir, management: 0, ...options })
  onTestFinished(async () => {
    await broker.stop()
    await rm(dataDir, { recursive: true, force: true })
  })
  return broker
}

async function open(broker: RabbitMQ, user = 'guest', vhost = ''): Promise<ChannelModel> {
  const url = broker.url.replace('guest:guest', `${user}:${user}`)
  const connection = await connect(`${url}/${vhost}`, { noDelay: true })
  connection.on('error', () => {})
  return connection
}

async function api(broker: RabbitMQ, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${broker.managementUrl}/api/${path}`, {
    method,
    headers: { authorization: `Basic ${btoa('guest:guest')}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(response.ok).toBe(true)
  return method === 'GET' ? response.json() : undefined
}

/** What the broker says to a declaration. */
async function declares(connection: ChannelModel, queue: string): Promise<string> {
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  return channel.assertQueue(queue).then(
    () => 'declared',
    (error: Error) => error.message,
  )
}

test('a user may do what the patterns say, also after a restart', async () => {
  const broker = await start()
  const permissions = { '/': { configure: '^bob-', write: '', read: '' } }
  await broker.addUser({ name: 'bob', password: 'bob', permissions })
  await api(broker, 'PUT', 'topic-permissions/%2F/bob', { exchange: 'amq.topic', write: '^a', read: '^b' })
  await broker.restart()
  const connection = await open(broker, 'bob')
  expect(await declares(connection, 'bob-orders')).toBe('declared')
  expect(await declares(connection, 'orders')).toContain(
    "ACCESS_REFUSED - configure access to queue 'orders' in vhost '/' refused for user 'bob'",
  )
  expect(await api(broker, 'GET', 'users/bob/topic-permissions')).toEqual([
    { user: 'bob', vhost: '/', exchange: 'amq.topic', write: '^a', read: '^b' },
  ])
  await connection.close()
})

test('a vhost that the handle adds is open to guest, and to nobody who is not permitted', async () => {
  const broker = await start()
  await broker.addUser({ name: 'bob', password: 'bob', vhosts: ['/'] })
  await broker.addVhost('extra')
  await (await open(broker, 'guest', 'extra')).close()
  await expect(open(broker, 'bob', 'extra')).rejects.toThrow()
})

test('policies and limits hold after a restart', async () => {
  const broker = await start()
  const definition = { 'max-length': 1 }
  await api(broker, 'PUT', 'policies/%2F/short', { pattern: '^short', definition, priority: 2 })
  await api(broker, 'PUT', 'operator-policies/%2F/ttl', {
    pattern: '',
    definition: { 'message-ttl': 60_000 },
  })
  await api(broker, 'PUT', 'vhost-limits/%2F/max-queues', { value: 1 })
  await broker.restart()
  const connection = await open(broker)
  const channel = await connection.createConfirmChannel()
  await channel.assertQueue('short')
  for (const body of ['a', 'b']) channel.sendToQueue('short', Buffer.from(body))
  await channel.waitForConfirms()
  expect(await api(broker, 'GET', 'queues/%2F/short')).toMatchObject({
    messages: 1,
    policy: 'short',
    operator_policy: 'ttl',
    effective_policy_definition: { 'max-length': 1, 'message-ttl': 60_000 },
  })
  expect(await declares(connection, 'second')).toContain("queue limit in vhost '/' (1) is reached")
  await connection.close()
})

test('publishers are blocked while the process uses more memory than it may', async () => {
  const broker = await start({ memoryHighWatermarkBytes: 1 })
  const connection = await open(broker)
  const blocked = new Promise((resolve) => connection.once('blocked', resolve))
  const channel = await connection.createConfirmChannel()
  channel.sendToQueue('nowhere', Buffer.from('m'))
  expect(await blocked).toBe('low on memory')
  await broker.setMemoryHighWatermark(Number.MAX_SAFE_INTEGER)
  await channel.waitForConfirms()
  await connection.close()
})
