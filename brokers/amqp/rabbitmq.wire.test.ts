/** The door: starting, stopping, killing, and what survives which end (rabbitmq.md 2.9). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConfirmChannel, connect, type GetMessage } from 'amqplib'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import {
  discardSpares,
  prepareSpare,
  type RabbitMQ,
  type RabbitMQOptions,
  startRabbitMQ,
} from './rabbitmq.ts'
import { rawChannel } from './raw-client.ts'

let folder: string
let folders = 0
const started: RabbitMQ[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rabbitmq-test-'))
})
afterEach(async () => {
  for (const broker of started.splice(0)) await broker.stop()
})
afterAll(async () => {
  await discardSpares()
  await rm(folder, { recursive: true, force: true })
})

async function start(options: RabbitMQOptions = {}): Promise<RabbitMQ> {
  const broker = await startRabbitMQ(options)
  started.push(broker)
  return broker
}

const newFolder = () => join(folder, String(++folders))
const open = async (broker: RabbitMQ) => {
  const connection = await connect(broker.url, { noDelay: true })
  // A killed broker ends the connection: that is what these tests are about.
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  return { connection, channel }
}
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function got(channel: ConfirmChannel, queue: string): Promise<GetMessage> {
  const message = await channel.get(queue)
  if (message === false) throw new Error(`${queue} is empty`)
  return message
}

async function drain(channel: ConfirmChannel, queue: string): Promise<[string, boolean][]> {
  const all: [string, boolean][] = []
  for (
    let message = await channel.get(queue, { noAck: true });
    message;
    message = await channel.get(queue, { noAck: true })
  ) {
    all.push([message.content.toString(), message.fields.redelivered])
  }
  return all
}

/** What is in a long queue. Handed to a consumer, since asking for each of thousands takes a round trip for each. */
async function handedOut(channel: ConfirmChannel, queue: string): Promise<Set<string>> {
  const all: string[] = []
  const { messageCount } = await channel.checkQueue(queue)
  await channel.consume(queue, (message) => void (message && all.push(message.content.toString())), {
    noAck: true,
  })
  await eventually(`${messageCount} messages arrive`, () => all.length >= messageCount)
  return new Set(all)
}

describe.each(['classic', 'quorum'])('a durable %s queue', (type) => {
  test('keeps every confirmed message through five SIGKILLs under load', async () => {
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    const confirmed: string[] = []
    const queue = `load-${type}`
    let sent = 0
    for (let kill = 0; kill < 5; kill++) {
      const { channel } = await open(broker)
      await channel.assertQueue(queue, { arguments: { 'x-queue-type': type } })
      const before = confirmed.length
      const isEnough = new Promise<void>((resolve) => {
        const publish = () => {
          const id = String(sent++)
          channel.sendToQueue(queue, Buffer.from(id), { persistent: true }, (error) => {
            if (error) return
            confirmed.push(id)
            if (confirmed.length === before + 300) resolve()
            publish()
          })
        }
        for (let window = 0; window < 100; window++) publish()
      })
      await isEnough
      const { pid } = broker
      await broker.kill()
      expect(isAlive(pid as number)).toBe(false)
      await broker.restart()
    }
    const { connection, channel } = await open(broker)
    const kept = await handedOut(channel, queue)
    expect(confirmed.filter((id) => !kept.has(id))).toEqual([])
    expect(confirmed.length).toBeGreaterThanOrEqual(1500)
    await connection.close()
  })

  test('after a clean stop marks what was outstanding as redelivered, and nothing else', async () => {
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    const { channel } = await open(broker)
    await channel.assertQueue('q', { arguments: { 'x-queue-type': type } })
    for (const body of ['1', '2', '3']) channel.sendToQueue('q', Buffer.from(body), { persistent: true })
    await channel.waitForConfirms()
    await channel.get('q')
    await broker.stop()
    await broker.restart()
    const again = await open(broker)
    expect(await drain(again.channel, 'q')).toEqual([
      ['1', true],
      ['2', false],
      ['3', false],
    ])
    await again.connection.close()
  })

  test('does not bring back what was acked before a SIGKILL, once the broker has handled the ack', async () => {
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    const { channel } = await open(broker)
    await channel.assertQueue('q', { arguments: { 'x-queue-type': type } })
    for (const body of ['1', '2']) channel.sendToQueue('q', Buffer.from(body), { persistent: true })
    await channel.waitForConfirms()
    channel.ack(await got(channel, 'q'))
    // A round trip on the same channel: the ack has been handled when its answer is here.
    await channel.checkExchange('amq.direct')
    await broker.kill()
    await broker.restart()
    const again = await open(broker)
    expect((await drain(again.channel, 'q')).map(([body]) => body)).toEqual(['2'])
    await again.connection.close()
  })
})

describe('after a SIGKILL', () => {
  // RabbitMQ's classic queues don't know any more, and mark all; quorum queues know.
  test.each([
    [
      'classic',
      [
        ['1', true],
        ['2', true],
        ['3', true],
      ],
      undefined,
    ],
    [
      'quorum',
      [
        ['1', true],
        ['2', false],
        ['3', false],
      ],
      1,
    ],
  ])('a %s queue marks as redelivered what RabbitMQ would', async (type, expected, count) => {
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    const { channel } = await open(broker)
    await channel.assertQueue('q', { arguments: { 'x-queue-type': type } })
    for (const body of ['1', '2', '3']) channel.sendToQueue('q', Buffer.from(body), { persistent: true })
    await channel.waitForConfirms()
    expect(await channel.get('q')).toMatchObject({ fields: { redelivered: false } })
    await broker.kill()
    await broker.restart()
    const again = await open(broker)
    const first = await got(again.channel, 'q')
    expect(first.properties.headers?.['x-delivery-count']).toBe(count)
    again.channel.nack(first)
    expect(await drain(again.channel, 'q')).toEqual(expected)
    await again.connection.close()
  })

  test('durable things are there and transient things are not', async () => {
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    const { channel } = await open(broker)
    await channel.assertExchange('kept', 'topic', { durable: true })
    await channel.assertExchange('gone', 'topic', { durable: false })
    await channel.assertQueue('kept', { durable: true, messageTtl: 60_000 })
    await channel.assertQueue('gone', { durable: false })
    await channel.bindQueue('kept', 'kept', 'a.#', { note: 'x' })
    await channel.bindQueue('kept', 'gone', 'a.#')
    await channel.bindQueue('gone', 'kept', 'a.#')
    channel.publish('kept', 'a.b', Buffer.from('persistent'), { persistent: true })
    channel.publish('kept', 'a.b', Buffer.from('transient'))
    await channel.waitForConfirms()

    await broker.kill()
    await broker.restart()

    const { exchanges, queues, bindings } = await broker.inspect('/')
    expect(exchanges.map((one) => one.name)).toContain('kept')
    expect(exchanges.map((one) => one.name)).not.toContain('gone')
    expect(queues).toMatchObject([
      { name: 'kept', durable: true, arguments: { 'x-message-ttl': 60_000 }, ready: 1 },
    ])
    expect(bindings).toEqual([
      {
        source: 'kept',
        destination: 'kept',
        destinationType: 'queue',
        routingKey: 'a.#',
        arguments: { note: 'x' },
      },
    ])
    const again = await open(broker)
    await again.channel.assertQueue('kept', { durable: true, messageTtl: 60_000 })
    await again.connection.close()
  })

  test('a delivery that was lost with the broker comes back to a consumer that reconnects', async () => {
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    const { channel } = await open(broker)
    await channel.assertQueue('q', { arguments: { 'x-queue-type': 'quorum' } })
    channel.sendToQueue('q', Buffer.from('m'), { persistent: true })
    const delivered = new Promise((resolve) => channel.consume('q', resolve))
    await delivered
    await broker.kill()
    await broker.restart()
    const again = await open(broker)
    const message = await new Promise<{ fields: { redelivered: boolean } } | null>((resolve) =>
      again.channel.consume('q', resolve),
    )
    expect(message?.fields.redelivered).toBe(true)
    await again.connection.close()
  })

  test('a repeatedly returned quorum message keeps its count', async () => {
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    const { channel } = await open(broker)
    await channel.assertQueue('q', { arguments: { 'x-queue-type': 'quorum' } })
    channel.sendToQueue('q', Buffer.from('m'), { persistent: true })
    await channel.waitForConfirms()
    for (let time = 0; time < 3; time++) {
      channel.nack(await got(channel, 'q'))
    }
    await channel.checkExchange('amq.direct')
    await broker.kill()
    await broker.restart()
    const again = await open(broker)
    const message = await got(again.channel, 'q')
    expect(message.properties.headers?.['x-delivery-count']).toBe(3)
    await again.connection.close()
  })
})

describe('the handle', () => {
  test.each(['worker', 'child'] as const)(
    'stops a broker in a %s with a close that says why, and restarts it on its port',
    async (runsIn) => {
      const broker = await start({ runsIn, dataDir: newFolder() })
      const { port } = broker
      const { connection } = await open(broker)
      const closed = new Promise<Error & { code?: number }>((resolve) => connection.on('close', resolve))
      await broker.stop()
      expect((await closed).message).toBe(
        `Connection closed: 320 (CONNECTION-FORCED) with message "CONNECTION_FORCED - broker forced connection closure with reason 'shutdown'"`,
      )
      await broker.restart()
      expect(broker.port).toBe(port)
      await (await open(broker)).connection.close()
    },
  )

  test('moves time, so that a minute of time-to-live is over at once', async () => {
    const broker = await start()
    const { connection, channel } = await open(broker)
    await channel.assertQueue('dead')
    await channel.assertQueue('work', {
      messageTtl: 60_000,
      deadLetterExchange: '',
      deadLetterRoutingKey: 'dead',
    })
    channel.sendToQueue('work', Buffer.from('m'))
    await channel.waitForConfirms()
    await broker.elapse(60_000)
    const message = await got(channel, 'dead')
    expect(message.properties.headers?.['x-death']).toMatchObject([
      { reason: 'expired', queue: 'work', count: 1 },
    ])
    await connection.close()
  })

  test('adds vhosts and users, and closes connections of a vhost that it deletes', async () => {
    const broker = await start()
    await broker.addVhost('mine')
    await broker.addUser({ name: 'me', password: 'secret', vhosts: ['mine'] })
    const at = `amqp://me:secret@${broker.host}:${broker.port}`
    await expect(connect(`${at}/%2F`, { noDelay: true })).rejects.toThrow()
    const connection = await connect(`${at}/mine`, { noDelay: true })
    const closed = new Promise((resolve) => connection.on('close', resolve))
    expect((await broker.inspect('mine')).connections).toMatchObject([{ user: 'me' }])
    await broker.deleteVhost('mine')
    await closed
    await expect(broker.inspect('mine')).rejects.toThrow("there is no vhost 'mine'")
  })

  test('makes the same names from the same seed', async () => {
    const names = []
    for (let time = 0; time < 2; time++) {
      const client = await rawChannel(await start({ seed: 7 }))
      names.push((await client.call(1, 'queue.declare', { exclusive: true })).fields)
      client.cut()
    }
    expect(names[0]).toEqual(names[1])
  })

  test('uses a spare that was prepared', async () => {
    await prepareSpare()
    const broker = await start({ runsIn: 'child', dataDir: newFolder() })
    await (await open(broker)).connection.close()
    await broker.kill()
    await eventually('the process is gone', () => broker.pid === undefined)
  })
})

describe('says in one sentence', () => {
  test.each(['worker', 'child'] as const)('that a port is taken (%s)', async (runsIn) => {
    const other = createServer().listen(0, '127.0.0.1')
    await eventually('the port is taken', () => other.listening)
    const { port } = other.address() as { port: number }
    await expect(startRabbitMQ({ port, runsIn })).rejects.toThrow(
      `127.0.0.1:${port} is in use by another program: stop that one, or choose another port (0 picks a free one)`,
    )
    other.close()
  })

  test("that the data folder can't be written", async () => {
    const file = newFolder()
    await writeFile(file, '')
    await expect(startRabbitMQ({ dataDir: file })).rejects.toThrow(
      /^dataDir .* can't be written \(.*\): choose a folder/,
    )
  })

  test('that an option makes no sense', async () => {
    await expect(startRabbitMQ({ port: -1 })).rejects.toThrow(/options of startRabbitMQ: .*port/s)
    await expect(startRabbitMQ({ prot: 1 } as never)).rejects.toThrow(/prot/)
  })

  test("that a worker can't be killed", async () => {
    const broker = await start()
    await expect(broker.kill()).rejects.toThrow("start it with runsIn: 'child'")
  })
})

describe('a child process', () => {
  /** Starts a broker in a child of a process of its own; gives both. */
  async function startElsewhere() {
    const door = new URL('./rabbitmq.ts', import.meta.url).href
    const script = `import { startRabbitMQ } from ${JSON.stringify(door)}
      const { pid, port } = await startRabbitMQ({ runsIn: 'child' })
      process.stdout.write(JSON.stringify({ pid, port }))`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    return { parent, ...(JSON.parse(line.toString()) as { pid: number; port: number }) }
  }

  test('ends when the process that started it is killed', async () => {
    const { parent, pid } = await startElsewhere()
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await eventually('the broker is gone', () => !isAlive(pid))
  })

  test('stops cleanly on SIGTERM: its clients are told', async () => {
    const { parent, pid, port } = await startElsewhere()
    const connection = await connect(`amqp://127.0.0.1:${port}`, { noDelay: true })
    const closed = new Promise<Error>((resolve) => connection.on('close', resolve))
    process.kill(pid, 'SIGTERM')
    expect((await closed).message).toContain("broker forced connection closure with reason 'shutdown'")
    await eventually('the broker is gone', () => !isAlive(pid))
    parent.kill('SIGKILL')
  })
})

test('what died during the restart is dead-lettered, behind what was there before', async () => {
  const broker = await start({ runsIn: 'child', dataDir: newFolder() })
  const { channel } = await open(broker)
  await channel.assertQueue('dead')
  await channel.assertQueue('work', { messageTtl: 50, deadLetterExchange: '', deadLetterRoutingKey: 'dead' })
  channel.sendToQueue('dead', Buffer.from('first'), { persistent: true })
  await channel.waitForConfirms()
  // Last: on a slow computer its 50 ms run out before the broker stops.
  channel.sendToQueue('work', Buffer.from('expires'), { persistent: true })
  await channel.waitForConfirms()
  await broker.stop()
  // The 50 ms run out while there is no broker that could be asked, or told to move its clock.
  await new Promise((resolve) => setTimeout(resolve, 60))
  await broker.restart()
  const again = await open(broker)
  expect((await drain(again.channel, 'dead')).map(([body]) => body)).toEqual(['first', 'expires'])
  await again.connection.close()
})
