/** `npm run dlq` as it is typed, against a broker of its own: it tells first, does what it is told, and loses nothing. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type Channel, type ChannelModel, connect } from 'amqplib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Checkout, finished } from '../fixture/checkout.ts'

let checkout: Checkout
let broker: ChildProcess
let url: string
let connection: ChannelModel
let channel: Channel

beforeAll(async () => {
  checkout = new Checkout()
  broker = checkout.start(['brokers', 'up', 'rabbitmq', 'port=0', 'management=0', 'host=127.0.0.1'])
  const lines = createInterface({ input: broker.stdout as NodeJS.ReadableStream })
  const [line] = (await once(lines, 'line')) as [string]
  url = `amqp://guest:guest@127.0.0.1:${/127\.0\.0\.1:(\d+)/.exec(line)?.[1]}`
  connection = await connect(url, { noDelay: true })
  channel = await connection.createChannel()
  await channel.assertExchange('payments', 'direct', { durable: true })
  await channel.assertQueue('payments.work', { durable: true })
  await channel.bindQueue('payments.work', 'payments', 'payment.requested')
  await channel.assertQueue('payments.dlq', { durable: true })
})

afterAll(async () => {
  await connection?.close()
  const end = finished(broker)
  broker.kill('SIGKILL')
  await end
  checkout[Symbol.dispose]()
})

beforeEach(async () => {
  await channel.purgeQueue('payments.work')
  await channel.purgeQueue('payments.dlq')
})

const hourMs = 3_600_000

/** Buries a message as a consumer does. */
async function bury(id: string, headers: Readonly<Record<string, unknown>> = {}): Promise<void> {
  channel.sendToQueue('payments.dlq', Buffer.from(`{"of":"${id}"}`), {
    messageId: id,
    persistent: true,
    contentType: 'application/json',
    headers: {
      'x-reason': 'the account is frozen',
      'x-attempts': 3,
      'x-origin-exchange': 'payments',
      'x-origin-routing-key': 'payment.requested',
      'x-died-at': Date.now() - 2 * hourMs,
      traceparent: '00-1',
      ...headers,
    },
  })
  await channel.checkQueue('payments.dlq')
}

const dlq = (args: string) => checkout.run(`dlq ${args} url=${url} lang=en`)
const depth = async (queue: string) => (await channel.checkQueue(queue)).messageCount

test('lists by reason and one by one, for people and machines, and leaves everything where it is', async () => {
  await bury('payment-aaa')
  await bury('payment-bbb', { 'x-reason': 'cannot be read', 'x-redrives': 2, 'x-died-at': Date.now() })

  const people = await dlq('list')
  const machines = await dlq('reason=FROZEN json')

  expect(people).toMatchObject({ exitCode: 0, stderr: '' })
  expect(people.stdout).toMatch(
    /^payments\.dlq on RabbitMQ 4\.2\.0, amqp:\/\/guest@127\.0\.0\.1:\d+\n2 messages, the oldest died 2 h ago/,
  )
  expect(people.stdout).toMatch(/…aaa +2 h ago +3 +0 +payments \/ payment\.requested +the account is frozen/)
  expect(people.stdout).toContain('Next: npm run dlq show id=payment-aaa')
  expect(people.stdout).not.toContain('guest:guest')
  expect(JSON.parse(machines.stdout)).toMatchObject([{ id: 'payment-aaa', attempts: 3, redrives: 0 }])
  expect(await depth('payments.dlq')).toBe(2)
})

test('shows one message whole, found by the end of its id; an end that several share is refused', async () => {
  await bury('payment-aaa')
  await bury('another-aaa')

  const [shown, shared, none] = [
    await dlq('show id=t-aaa'),
    await dlq('show id=aaa'),
    await dlq('show id=zzz'),
  ]

  expect(shown.stdout).toContain('{"of":"payment-aaa"}')
  expect(shown.stdout).toContain('"traceparent":"00-1"')
  expect(shared).toMatchObject({ exitCode: 2 })
  expect(shared.stderr).toContain('2 messages have ids that end with "aaa"')
  expect(none.exitCode).toBe(1)
})

test('redrives only with "apply": under the same id, to its origin, without its old counts', async () => {
  await bury('payment-aaa')
  await bury('payment-bbb', { 'x-reason': 'cannot be read' })

  const dry = await dlq('redrive reason=frozen')
  expect(dry.stdout).toContain('Dry run: 1 of 2 would go back to work.')
  expect(dry.stdout).toContain('Next: npm run dlq redrive reason="frozen" url=… apply')
  expect([await depth('payments.work'), await depth('payments.dlq')]).toEqual([0, 2])

  const done = await dlq('redrive reason=frozen apply')
  expect(done).toMatchObject({ exitCode: 0, stderr: '' })
  expect([await depth('payments.work'), await depth('payments.dlq')]).toEqual([1, 1])
  const back = await channel.get('payments.work', { noAck: true })
  expect(back).toMatchObject({
    fields: { exchange: 'payments', routingKey: 'payment.requested' },
    properties: { messageId: 'payment-aaa', contentType: 'application/json', deliveryMode: 2 },
  })
  expect(back).toHaveProperty('properties.headers', { traceparent: '00-1', 'x-redrives': 1 })
})

test('keeps what was sent back too often, what leads nowhere, and what has no origin; exit code 1 says so', async () => {
  await bury('often', { 'x-redrives': 3 })
  await bury('nowhere', { 'x-origin-routing-key': 'payment.of.yesterday' })
  channel.sendToQueue('payments.dlq', Buffer.from('{}'), { messageId: 'no-origin' })

  const done = await dlq('redrive apply json')

  expect(done.exitCode).toBe(1)
  expect(JSON.parse(done.stdout)).toEqual({
    applied: true,
    messages: [
      { id: 'often', is: 'refused', why: 'redriven-too-often' },
      { id: 'nowhere', is: 'failed', why: 'no queue is bound there' },
      { id: 'no-origin', is: 'refused', why: 'no-origin' },
    ],
  })
  expect([await depth('payments.work'), await depth('payments.dlq')]).toEqual([0, 3])
  expect((await dlq('redrive id=often redrives=4 apply')).exitCode).toBe(0)
})

test('drops only what was chosen, only with "apply", and keeps a copy in a file', async () => {
  await bury('payment-old')
  await bury('payment-new', { 'x-died-at': Date.now() })

  expect(await dlq('drop apply')).toMatchObject({ exitCode: 2, stdout: '' })
  const dry = await dlq('drop older=1h')
  expect(dry.stdout).toContain('Dry run: 1 of 2 would be removed for good.')
  expect(await depth('payments.dlq')).toBe(2)

  const { copies, messages } = JSON.parse((await dlq('drop older=1h apply json')).stdout)
  expect(messages).toEqual([{ id: 'payment-old' }])
  expect(await depth('payments.dlq')).toBe(1)
  const copy = JSON.parse(checkout.read(copies))
  expect(Buffer.from(copy.body, 'base64').toString()).toBe('{"of":"payment-old"}')
  expect(copy.headers['x-attempts']).toBe(3)
})

test('what cannot be looked at is said in one sentence with the next step, in both languages, without a password', async () => {
  const [nobody, missing, kafka, denied] = await Promise.all([
    checkout.run('dlq url=amqp://guest:secret@127.0.0.1:1 lang=en'),
    checkout.run(`dlq queue=payments.dql url=${url} lang=vi`),
    checkout.run('dlq url=127.0.0.1:9092 lang=en'),
    checkout.run(`dlq url=${url.replace('guest:guest', 'guest:secret')} lang=en`),
  ])

  expect(nobody.exitCode).toBe(3)
  expect(nobody.stderr).toMatch(
    /^No RabbitMQ answers at amqp:\/\/guest@127\.0\.0\.1:1 .*npm run brokers up rabbitmq\n$/,
  )
  expect(missing.exitCode).toBe(2)
  expect(missing.stderr).toContain('Không có queue "payments.dql"')
  expect(kafka.exitCode).toBe(2)
  expect(kafka.stderr).toContain('Dead letters of Kafka are a topic')
  expect(denied.exitCode).toBe(3)
  expect(denied.stderr).toContain('does not let this user in')
  for (const { stdout, stderr } of [nobody, missing, kafka, denied])
    expect(stdout + stderr).not.toContain('secret')
})
