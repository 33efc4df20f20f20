/** `npm run brokers` as it is typed: one line when ready, clean when interrupted, one sentence when it can't. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { connect } from 'amqplib'
import kafkajs from 'kafkajs'
import { afterEach, describe, expect, test } from 'vitest'
import { Checkout, finished } from '../fixture/checkout.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** Starts a broker on free ports; gives the line it prints when it is ready, and the address in it. */
async function up(checkout: Checkout, ...args: readonly string[]) {
  const child = checkout.start(['brokers', 'up', 'rabbitmq', 'port=0', 'management=0', ...args])
  children.push(child)
  const end = finished(child)
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  const [line] = (await once(lines, 'line')) as [string]
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1])
  return { child, end, line, port, url: `amqp://127.0.0.1:${port}` }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  'serves in the foreground, and %s ends it: clients are told',
  async (signal) => {
    using checkout = new Checkout()
    const { child, end, line, url } = await up(checkout, 'profile=4.0', 'host=127.0.0.1')
    const [, managementUrl = ''] = /management on (\S+)/.exec(line) ?? []
    const overview = await fetch(`${managementUrl}/api/overview`, {
      headers: { authorization: `Basic ${btoa('guest:guest')}` },
    })
    const connection = await connect(url, { noDelay: true })
    const closed = new Promise<Error>((resolve) => connection.on('close', resolve))

    child.kill(signal)

    expect(line).toMatch(
      /^RabbitMQ 4\.0\.5 is ready on 127\.0\.0\.1:\d+, management on http:\S+ \(guest\/guest\), everything in memory/,
    )
    expect(await overview.json()).toMatchObject({ rabbitmq_version: '4.0.5' })
    expect((await closed).message).toContain('320 (CONNECTION-FORCED)')
    expect(await end).toMatchObject({ exitCode: 0, stderr: '' })
  },
)

test('keeps what is durable in the folder that was asked for', async () => {
  using checkout = new Checkout()
  for (const isFirst of [true, false]) {
    const { child, end, line, url } = await up(checkout, 'data=kept', 'durability=os')
    const connection = await connect(url, { noDelay: true })
    const channel = await connection.createConfirmChannel()
    const { messageCount } = await channel.assertQueue('q')
    expect(messageCount).toBe(isFirst ? 0 : 1)
    channel.sendToQueue('q', Buffer.from('m'), { persistent: true })
    await channel.waitForConfirms()
    await connection.close()
    child.kill('SIGTERM')
    expect((await end).exitCode).toBe(0)
    expect(line).toContain(`data in ${checkout.root}/kept (os)`)
  }
})

test('says in one sentence what is in the way, with the next step, in both languages', async () => {
  using checkout = new Checkout()
  checkout.write('file', '')
  const { port } = await up(checkout, 'data=busy')
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const taken = (other.address() as { port: number }).port
  const [busy, busyManagement, file, folder] = await Promise.all([
    // Each says its language: lang= is remembered, and these run side by side.
    checkout.run(`brokers up rabbitmq port=${port} management=0 lang=en`),
    checkout.run(`brokers up rabbitmq port=0 management=${taken} lang=en`),
    checkout.run('brokers up rabbitmq port=0 management=0 data=file lang=vi'),
    checkout.run('brokers up rabbitmq port=0 management=0 data=busy lang=en'),
  ])
  other.close()
  const next = 'npm run brokers up rabbitmq'
  expect(busy).toEqual({
    exitCode: 3,
    stdout: '',
    stderr: `127.0.0.1:${port} is in use by another program. Stop that one, or take another port: ${next} port=0\n`,
  })
  expect(busyManagement.stderr).toContain(`take another port: ${next} management=0\n`)
  expect(file).toMatchObject({
    exitCode: 3,
    stderr: `Không ghi được vào ${checkout.root}/file. Chọn một thư mục mà bạn được ghi: ${next} data=DIR\n`,
  })
  expect(folder.stderr).toMatch(/^Another broker has .*busy open\. Stop that one, or take another folder/)
})

test('answers what was mistyped, or makes no sense, with exit code 2', async () => {
  using checkout = new Checkout()
  const wrong: readonly (readonly [args: string, said: string])[] = [
    ['brokers', '"brokers" needs to know what to do'],
    ['brokers up', '"brokers" needs to know what to do'],
    ['brokers up down rabbitmq', '"brokers" needs to know what to do'],
    ['brokers up kafka no.such=1', 'Unknown broker config name: no.such'],
    ['brokers up rabbitmq port=70000', '"port=70000" is not possible; it takes port=N.'],
    ['brokers up rabitmq', 'Did you mean rabbitmq?'],
    ['brokers up rabbitmq num.partitions=2', '"num.partitions" means nothing for rabbitmq'],
    ['brokers up rabbitmq engine=local data=kept', '"data" means nothing for engine=local'],
    ['brokers up rabbitmq engine=url', 'engine=url takes brokers that run already'],
    ['brokers status engine=local', '"engine" means nothing for status'],
    ['brokers down port=5672', '"port" means nothing for down'],
    ['brokers install engine=embedded', 'engine=embedded needs nothing installed'],
  ]
  const asked = await Promise.all(wrong.map(([args]) => checkout.run(`${args} lang=en`)))
  expect(asked.map(({ exitCode }) => exitCode)).toEqual(asked.map(() => 2))
  for (const [at, [, said]] of wrong.entries()) expect(asked[at]?.stderr).toContain(said)
})

test('status tells which run, and down stops them as an operator would', async () => {
  using checkout = new Checkout()
  const { end, port, url } = await up(checkout)
  const connection = await connect(url, { noDelay: true })
  const closed = new Promise<Error>((resolve) => connection.on('close', resolve))

  const status = await checkout.run('brokers status')
  const other = await checkout.run('brokers down kafka')
  const down = await checkout.run('brokers down rabbitmq')
  const after = await checkout.run('brokers status lang=vi')

  expect(status).toMatchObject({ exitCode: 0, stderr: '' })
  expect(status.stdout).toMatch(
    new RegExp(`^RabbitMQ 4\\.2\\.0 \\(embedded\\) on 127\\.0\\.0\\.1:${port}.*, management on http`),
  )
  expect(other.stdout).toContain('No broker of "brokers up" runs.')
  expect(down).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Stopped: RabbitMQ 4.2.0') })
  expect((await closed).message).toContain('320 (CONNECTION-FORCED)')
  expect((await end).exitCode).toBe(0)
  expect(after.stdout).toContain('Không có broker nào do "brokers up" khởi động đang chạy.')
})

test('one that was killed leaves a note, which is found out and removed', async () => {
  using checkout = new Checkout()
  const { child, end } = await up(checkout)
  child.kill('SIGKILL')
  await end
  expect(checkout.names('.workbook/brokers')).toHaveLength(1)

  const status = await checkout.run('brokers status lang=en')

  expect(status.stdout).toContain('1 that had been started is gone without a word')
  expect(checkout.names('.workbook/brokers')).toEqual([])
})

test('a real one that is not there is one sentence with the next step', async () => {
  using checkout = new Checkout()
  const nowhere = {
    KAFKA_HOME: checkout.root,
    RABBITMQ_HOME: checkout.root,
    DOCKER_HOST: 'tcp://127.0.0.1:1',
  }
  const [rabbitmq, docker] = await Promise.all([
    checkout.run('brokers up rabbitmq engine=local lang=en', { env: nowhere }),
    checkout.run('brokers up rabbitmq engine=docker lang=vi', { env: nowhere }),
  ])
  expect(rabbitmq).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining(`${checkout.root} holds no RabbitMQ: RABBITMQ_HOME must be`),
    stdout: 'Next: npm run brokers up rabbitmq\n',
  })
  expect(docker).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('Docker không trả lời trên máy này'),
  })
})

describe('Kafka', () => {
  async function upKafka(checkout: Checkout, ...args: readonly string[]) {
    const child = checkout.start(['brokers', 'up', 'kafka', ...args])
    children.push(child)
    const end = finished(child)
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const [line] = (await once(lines, 'line')) as [string]
    const brokers = (/ready on (\S+?)(?: \(|, )/.exec(line)?.[1] ?? '').split(',')
    return { child, end, line, brokers }
  }

  test.each(['SIGINT', 'SIGTERM'] as const)(
    "serves three nodes with Kafka's own settings, and %s ends it",
    async (signal) => {
      using checkout = new Checkout()
      const { child, end, line, brokers } = await upKafka(checkout, 'ports=0,0,0', 'num.partitions=2')
      expect(line).toMatch(
        /^Kafka is ready on localhost:\d+,localhost:\d+,localhost:\d+ \(3 nodes\), everything/,
      )

      const admin = new kafkajs.Kafka({ brokers, logCreator: () => () => {} }).admin()
      await admin.connect()
      await admin.createTopics({ topics: [{ topic: 't' }] })
      const { topics } = await admin.fetchTopicMetadata({ topics: ['t'] })
      expect(topics[0]?.partitions).toHaveLength(2)
      expect((await admin.describeCluster()).brokers).toHaveLength(3)
      await admin.disconnect()

      child.kill(signal)
      expect(await end).toMatchObject({ exitCode: 0, stderr: '' })
    },
  )

  test('keeps its topics in the folder that was asked for', async () => {
    using checkout = new Checkout()
    const topicsAfter = async (act: (admin: kafkajs.Admin) => Promise<unknown>) => {
      const { child, end, line, brokers } = await upKafka(checkout, 'ports=0', 'data=kept')
      expect(line).toContain(`data in ${checkout.root}/kept (os)`)
      const admin = new kafkajs.Kafka({ brokers, logCreator: () => () => {} }).admin()
      await admin.connect()
      await act(admin)
      const topics = await admin.listTopics()
      await admin.disconnect()
      child.kill('SIGTERM')
      await end
      return topics
    }

    await topicsAfter((admin) => admin.createTopics({ topics: [{ topic: 'kept' }] }))
    expect(await topicsAfter(async () => {})).toEqual(['kept'])
  })

  test('says in one sentence what is in the way, in both languages', async () => {
    using checkout = new Checkout()
    const other = createServer().listen(0, 'localhost')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const [busy, two, option, value] = await Promise.all([
      checkout.run(`brokers up kafka ports=${port} lang=en`),
      checkout.run('brokers up kafka ports=0,0 lang=vi'),
      checkout.run('brokers up kafka ports=0 management=1 lang=en'),
      checkout.run('brokers up kafka ports=0 num.partitions=x lang=en'),
    ])
    other.close()
    expect(busy).toMatchObject({
      exitCode: 3,
      stderr: `localhost:${port} is in use by another program. Stop that one, or take another port: npm run brokers up kafka ports=0\n`,
    })
    expect(two).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Có 2 cổng') })
    expect(option).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('"management" means nothing for kafka'),
    })
    expect(value).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(
        'Invalid value x for configuration num.partitions: Not a number of type INT',
      ),
    })
  })
})
