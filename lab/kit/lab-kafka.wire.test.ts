/** Labs on Kafka: what a check's scenario finds there, what faults and kills do, and what the next lab sees of it. */
import kafkajs, { type Producer } from 'kafkajs'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { stopEngines } from './engine.ts'
import { CannotTell } from './failure.ts'
import type { Lab } from './lab.ts'
import type { LabFault } from './lab-faults.ts'
import { kit, runChecks } from './test-checks.ts'
import { openTestLab, watcher } from './test-labs.ts'

afterAll(() => stopEngines())

const kafkajsUrl = JSON.stringify(import.meta.resolve('kafkajs'))
const client = `
import kafkajs from ${kafkajsUrl}
const kafkaOf = (world) => new kafkajs.Kafka({
  clientId: 'subject',
  brokers: [...world.kafkaBrokers],
  logLevel: kafkajs.logLevel.NOTHING,
  retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 60 },
})
`
const producerFile = `${client}
export async function send(world, topic, value) {
  const producer = kafkaOf(world).producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic: world.name(topic), acks: -1, messages: [{ key: 'k', value }] })
  await producer.disconnect()
}
`
/** Commits each record by hand, once it has been told of. */
const consumerFile = `${client}
export async function start(world) {
  const database = world.openDatabase('book')
  database.exec('CREATE TABLE IF NOT EXISTS booked (value TEXT)')
  const book = database.prepare('INSERT INTO booked VALUES (?)')
  const consumer = kafkaOf(world).consumer({ groupId: world.name('wallet'), sessionTimeout: 6000, maxWaitTimeInMs: 50 })
  await consumer.connect()
  await consumer.subscribe({ topic: world.name('payments'), fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      book.run(message.value.toString())
      await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }])
    },
  })
  return {
    stop: () => consumer.disconnect(),
    booked: () => database.prepare('SELECT value FROM booked ORDER BY rowid').pluck().all(),
  }
}
`

const onOne = (files = {}, run = watcher().run) => openTestLab(files, run, { kafka: 1 })
const onThree = (files = {}, run = watcher().run) => openTestLab(files, run, { kafka: 3 })

async function producerOf(lab: Lab): Promise<Producer> {
  const { kafkaBrokers } = await lab.world('producer')
  const kafka = new kafkajs.Kafka({
    clientId: 'subject',
    brokers: [...kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 20, maxRetryTime: 100, retries: 60 },
  })
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await producer.connect()
  onTestFinished(() => producer.disconnect())
  return producer
}

const fault = (when: LabFault['when'], what: LabFault['what'], lane: LabFault['lane'] = 'producer') => ({
  name: 'test',
  text: { en: 'a fault', vi: 'một lỗi' },
  lane,
  when,
  what,
})
const valuesOf = async (lab: Lab, topic = 'payments') =>
  (await lab.kafka.observer.read(lab.name(topic))).map(({ value }) => value?.toString())

describe('a check', () => {
  test('whose scenario is wrapped in onKafka drives a subject against a Kafka of its own, and says on which', async () => {
    const check = `
import { broken, held, witness } from '${kit('promise.ts')}'
import { onBoth, onKafka } from '${kit('stage.ts')}'
import { test } from '${kit('test.ts')}'

const text = (en) => ({ en, vi: en })
const promise = (item) => ({
  item,
  text: text('it is stored'),
  judge: ({ stored, amqp }) => stored === 'v' ? held(witness('stored', 1)) : broken(text('it is not')),
})
const sent = async (lab) => {
  await lab.kafka.observer.createTopic(lab.name('payments'), { partitions: 2 })
  const { send } = await lab.subject.load('producer.ts', ['send'])
  await send(await lab.world(), 'payments', 'v')
  const [record] = await lab.kafka.observer.read(lab.name('payments'))
  return { stored: record?.value?.toString() }
}
test('mq-07.1 it is stored', promise('mq-07.1'), onKafka({ nodes: 1 }, sent))
test('mq-07.2 it is stored', promise('mq-07.2'), onBoth({ nodes: 1 }, async (lab) => {
  await lab.inspect()
  return await sent(lab)
}))
test('mq-07.3 it is stored', promise('mq-07.3'), onKafka({ nodes: 1 }, async (lab) => {
  await lab.inspect()
  return await sent(lab)
}))
`
    const { tests } = await runChecks(check, { 'producer.ts': producerFile }, { MQ_PREPARE: 'kafka-1' })
    const outcomes = tests.map(({ verdict }) =>
      verdict?.outcome === 'inconclusive' ? verdict.cause.en : verdict?.outcome,
    )

    expect(outcomes).toEqual([
      'passed',
      'passed',
      'the check itself failed: this scenario plays without RabbitMQ: wrap it in onBoth',
    ])
  })
})

describe('names', () => {
  test('begin with what the cluster tells labs apart by; a reader sees none of it', async () => {
    const [one, two] = [await onOne(), await onOne()]
    const world = await one.world()

    expect(world.amqpUrl).toBe('')
    expect(world.kafkaBrokers).toHaveLength(1)
    expect(world.name('payments')).toBe(one.name('payments'))
    expect(one.name('payments')).not.toBe(two.name('payments'))
    expect(one.shown(`no topic '${one.name('payments')}'`)).toBe("no topic 'payments'")
    expect(one.server).toMatch(/^Kafka \d/)

    await one.kafka.observer.createTopic(one.name('payments'))
    expect((await one.kafka.inspect()).topics.map(({ name }) => one.shown(name))).toEqual(['payments'])
    expect((await two.kafka.inspect()).topics).toEqual([])
  })
})

describe("the lab's own client", () => {
  test('creates a topic as it is told, and reads all of it with headers, joining no group', async () => {
    const lab = await onOne()
    const { observer } = lab.kafka
    const topic = lab.name('payments')
    await observer.createTopic(topic, { partitions: 3, config: { 'retention.ms': '60000' } })
    const places = await observer.produce(topic, [
      { key: 'a', value: '1', partition: 2, headers: { id: 'e1' } },
      { value: null, partition: 0 },
      { key: 'b', value: '2', partition: 2 },
    ])

    expect(places).toEqual([
      { partition: 2, offset: 0 },
      { partition: 0, offset: 0 },
      { partition: 2, offset: 1 },
    ])
    const found = (await observer.read(topic)).map(({ partition, offset, key, value, headers }) => ({
      at: `${partition}/${offset}`,
      key,
      value: value?.toString() ?? null,
      headers,
    }))
    expect(found).toEqual([
      { at: '0/0', key: null, value: null, headers: {} },
      { at: '2/0', key: 'a', value: '1', headers: { id: 'e1' } },
      { at: '2/1', key: 'b', value: '2', headers: {} },
    ])
    expect((await lab.kafka.inspect()).groups).toEqual([])
    await expect(observer.read(lab.name('none'))).rejects.toThrow('there is no topic')
    await expect(observer.createTopic(topic)).rejects.toThrow()
  })

  test('leaves out what an aborted transaction wrote, if it is asked to', async () => {
    const lab = await onOne()
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic)
    const { kafkaBrokers } = await lab.world()
    const kafka = new kafkajs.Kafka({ brokers: [...kafkaBrokers], logLevel: kafkajs.logLevel.NOTHING })
    const producer = kafka.producer({
      transactionalId: lab.name('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    })
    await producer.connect()
    onTestFinished(() => producer.disconnect())
    for (const [value, end] of [
      ['aborted', 'abort'],
      ['kept', 'commit'],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value }] })
      await transaction[end]()
    }

    const read = async (committedOnly: boolean) =>
      (await lab.kafka.observer.read(topic, { committedOnly })).map(({ value }) => value?.toString())
    expect(await read(false)).toEqual(['aborted', 'kept'])
    expect(await read(true)).toEqual(['kept'])
  })
})

describe('a fault', () => {
  test('on the nth Produce to a topic drops the answer: the record is stored, and sent again', async () => {
    const lab = await onOne()
    await lab.kafka.observer.createTopic(lab.name('payments'))
    await lab.kafka.observer.createTopic(lab.name('other'))
    const producer = await producerOf(lab)
    const send = (topic: string, value: string) =>
      producer.send({ topic: lab.name(topic), acks: -1, messages: [{ value }] })
    const placed = await lab.place(
      fault(
        { direction: 'to-broker', method: 'Produce', nth: 2, fields: { topic: lab.name('payments') } },
        { kind: 'drop-reply' },
      ),
    )
    await send('payments', '1')
    await send('other', 'x')
    expect(placed.state).toBe('placed')
    await send('payments', '2')

    await lab.fired(placed, { en: 'nothing was sent', vi: 'chưa gửi gì' })
    expect(await valuesOf(lab)).toEqual(['1', '2', '2'])
    expect(placed.peer).toEqual(expect.objectContaining({ host: '127.0.0.1' }))
    const steps = (await lab.requestSteps()).map(
      ({ from, what, note }) => `${from}: ${what} ${note?.en ?? ''}`,
    )
    expect(steps).toEqual([
      'producer: Produce payments/0 ',
      'broker: Produce payments/0 → 0 ',
      'producer: Produce other/0 ',
      'broker: Produce other/0 → 0 ',
      'producer: Produce payments/0 ',
      'broker: Produce payments/0 → 1 lost here',
      'producer: Produce payments/0 ',
      'broker: Produce payments/0 → 2 ',
    ])
  })

  test('kills the consumer before its commit: the session ends at once, the next one reads the record again', async () => {
    const lab = await onOne({ 'consumer.ts': consumerFile })
    const [topic, group] = [lab.name('payments'), lab.name('wallet')]
    await lab.kafka.observer.createTopic(topic)
    const consumer = await lab.start('consumer.ts', 'consumer')
    await lab.kafka.untilStable(group, 1)
    const crash = await lab.place(
      fault(
        { direction: 'to-broker', method: 'OffsetCommit', nth: 2, fields: { groupId: group } },
        { kind: 'kill-subject', subject: consumer },
        'consumer',
      ),
    )
    await lab.kafka.observer.produce(topic, [{ value: '1' }, { value: '2' }])
    await lab.fired(crash, { en: 'it never committed', vi: 'chưa commit' })

    expect(await lab.kafka.committed(group, topic)).toBe(1)
    expect(await lab.kafka.lag(group, topic)).toBe(1)
    expect(await lab.kafka.expireSessions()).toBe(1)
    const again = await lab.start('consumer.ts', 'consumer')
    await lab.kafka.settled(group, topic)
    expect(await again.call('booked')).toEqual(['1', '2', '2'])
    await again.stop()
    expect((await lab.kafka.group(group))?.members).toEqual([])
  })

  test('kills the broker with what it had on disk; a producer goes on after the restart', async () => {
    const { run, events } = watcher()
    const lab = await onOne({}, run)
    await lab.kafka.observer.createTopic(lab.name('payments'))
    const producer = await producerOf(lab)
    const send = (value: string) =>
      producer.send({ topic: lab.name('payments'), acks: -1, messages: [{ value }] })
    await send('1')
    const crash = await lab.place(
      fault({ direction: 'to-broker', method: 'Produce' }, { kind: 'kill-broker', side: 'after' }),
    )
    const sending = send('2')
    await lab.fired(crash, { en: 'nothing was sent', vi: 'chưa gửi gì' })
    await lab.restartBroker()
    await sending

    // The first attempt was stored, and nobody could tell the producer.
    expect(await valuesOf(lab)).toEqual(['1', '2', '2'])
    expect(events.flatMap((event) => (event.kind === 'broker' ? event.state : [])).slice(-2)).toEqual([
      'killed',
      'ready',
    ])
  })

  test('that names no broker where two play is a defect of the check', async () => {
    const lab = await openTestLab({}, watcher().run, { rabbitmq: true, kafka: 1 })
    const anywhere = fault({ direction: 'to-broker', bytes: 10 }, { kind: 'cut' })

    await expect(lab.place(anywhere)).rejects.toThrow(CannotTell)
    await lab.place({ ...anywhere, protocol: 'kafka' })
    await lab.place(fault({ direction: 'to-broker', method: 'basic.publish' }, { kind: 'cut' }))
  })
})

describe('three nodes', () => {
  test('what a leader alone took is gone with it; the next lab finds all nodes again', async () => {
    const lab = await onThree()
    const topic = lab.name('payments')
    await lab.kafka.observer.createTopic(topic, { config: { 'min.insync.replicas': '1' } })
    const producer = await producerOf(lab)
    const send = (value: string, acks: number) => producer.send({ topic, acks, messages: [{ value }] })
    await send('everywhere', -1)
    const leader = await lab.kafka.leaderOf(topic)
    const followers = await lab.kafka.freezeFollowers(topic)
    expect(followers).toHaveLength(2)
    await send('alone', 1)
    await lab.kafka.killNode(leader)
    for (const node of followers) await lab.kafka.thawNode(node)

    await lab.until({ en: 'nobody leads', vi: 'không ai lead' }, async () => {
      const now = await lab.kafka.leaderOf(topic)
      return now >= 0 && now !== leader
    })
    expect(await valuesOf(lab)).toEqual(['everywhere'])
    await lab[Symbol.asyncDispose]()

    const next = await onThree()
    await next.kafka.observer.createTopic(next.name('payments'), { partitions: 3 })
    const { topics } = await next.kafka.inspect()
    expect(topics[0]?.partitions.map(({ isr }) => isr.length)).toEqual([3, 3, 3])
  })
})

test('whoever watches is told in domain words, and nothing of what clients do to find their way', async () => {
  const { run, events } = watcher()
  const lab = await onOne({}, run)
  await lab.kafka.observer.createTopic(lab.name('payments'))
  const producer = await producerOf(lab)
  await producer.send({
    topic: lab.name('payments'),
    acks: -1,
    messages: [{ key: 'wallet-1', value: JSON.stringify({ id: 'e-1' }) }],
  })

  const wires = events.flatMap((event) => (event.kind === 'wire' ? event : []))
  expect(wires.filter(({ fields }) => fields.quiet === undefined)).toMatchObject([
    {
      protocol: 'kafka',
      from: 'producer',
      method: 'Produce',
      message: 'e-1',
      fields: { said: 'payments/0  acks=all  1 record  key wallet-1' },
    },
    { protocol: 'kafka', from: 'broker', method: 'Produce', fields: { said: 'payments/0 → 0' } },
  ])
  expect(wires.length).toBeGreaterThan(2)
})
