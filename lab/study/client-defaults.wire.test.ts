/** What the lessons say that amqplib and kafkajs do unless they are told otherwise: seen on the wire, or in what a group has committed. */
import { createRequire } from 'node:module'
import kafkajs, { type Consumer, type Kafka } from 'kafkajs'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { stopEngines } from '../kit/engine.ts'
import type { Lab } from '../kit/lab.ts'
import { openTestLab, until } from '../kit/test-labs.ts'

afterAll(() => stopEngines())

const require = createRequire(import.meta.url)

test('these are the versions that the lessons name', () => {
  expect(require('kafkajs/package.json').version).toBe('2.2.4')
  const amqplib = require.resolve('amqplib').replace('channel_api.js', 'package.json')
  expect(require(amqplib).version).toBe('2.3.1')
})

describe('amqplib', () => {
  test('sends without a delivery mode, so nothing is persistent', async () => {
    const lab = await openTestLab()
    const channel = await (await lab.client()).createConfirmChannel()
    await channel.assertQueue(lab.name('q'))
    channel.sendToQueue(lab.name('q'), Buffer.from('plain'))
    channel.sendToQueue(lab.name('q'), Buffer.from('kept'), { persistent: true })
    await channel.waitForConfirms()
    const sent = (await lab.frames()).filter(({ method }) => method === 'basic.publish')
    expect(sent.map(({ properties }) => properties?.deliveryMode)).toEqual([undefined, 2])
  })

  test('asks for a requeue when nack or reject are given the message alone', async () => {
    const lab = await openTestLab()
    const channel = await (await lab.client()).createChannel()
    await channel.assertQueue(lab.name('q'))
    channel.sendToQueue(lab.name('q'), Buffer.from('m'))
    const take = async () => {
      let message = await channel.get(lab.name('q'))
      while (message === false) message = await channel.get(lab.name('q'))
      return message
    }
    channel.nack(await take())
    channel.reject(await take())
    await channel.checkQueue(lab.name('q'))
    const answers = (await lab.frames()).filter(({ method }) =>
      ['basic.nack', 'basic.reject'].includes(method),
    )
    expect(answers.map(({ method, fields }) => [method, fields.requeue])).toEqual([
      ['basic.nack', true],
      ['basic.reject', true],
    ])
  })

  test('acknowledges nothing by itself: a handler that throws leaves its message unacknowledged', async () => {
    const lab = await openTestLab()
    const channel = await (await lab.client('consumer')).createChannel()
    await channel.assertQueue(lab.name('q'))
    let calls = 0
    await channel.consume(lab.name('q'), () => {
      calls += 1
    })
    channel.sendToQueue(lab.name('q'), Buffer.from('m'))
    await until(() => calls === 1)
    await channel.checkQueue(lab.name('q'))
    const { queues } = await lab.inspect()
    expect(queues.map(({ ready, unacked }) => [ready, unacked])).toEqual([[0, 1]])
  })
})

describe('kafkajs', () => {
  test('asks for an answer of all in-sync replicas, and is not idempotent', async () => {
    const { lab, topic, kafka } = await openKafka()
    const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
    await connected(producer)
    await producer.send({ topic, messages: [{ value: 'm' }] })
    const sent = (await lab.requests()).find(
      ({ method, direction }) => method === 'Produce' && direction === 'to-broker',
    )
    expect(sent?.fields.acks).toBe(-1)
    expect((await lab.kafka.observer.read(topic)).map(({ producerId }) => producerId)).toEqual([-1])
  })

  test('tries a request again five times, from 300 ms on', () => {
    expect(require('kafkajs/src/retry/defaults')).toMatchObject({
      retries: 5,
      initialRetryTime: 300,
      multiplier: 2,
      factor: 0.2,
    })
  })

  test('lets a new group begin at the end, not at the beginning', async () => {
    const { lab, topic, kafka } = await openKafka()
    await lab.kafka.observer.produce(topic, [{ value: 'before' }])
    const values: string[] = []
    const consumer = kafka.consumer({ groupId: lab.name('g'), maxWaitTimeInMs: 50 })
    await connected(consumer)
    await consumer.subscribe({ topic })
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
    // It asks where the end is some time after it has joined.
    // So one record after another is sent until one arrives; the pause only keeps them few.
    while (values.length === 0) {
      await lab.kafka.observer.produce(topic, [{ value: 'after' }])
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(values).not.toContain('before')
  })

  test('commits by itself what has been handled, and never the record in hand', async () => {
    const { lab, topic, kafka } = await openKafka()
    await lab.kafka.observer.produce(topic, [{ value: 'done' }, { value: 'in hand' }])
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    onTestFinished(() => release())
    let isInHand = false
    const consumer = kafka.consumer({ groupId: lab.name('g'), maxWaitTimeInMs: 50 })
    await connected(consumer)
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommitThreshold: 1,
      async eachMessage({ message }) {
        if (String(message.value) !== 'in hand') return
        isInHand = true
        await held
      },
    })
    const committed = () => lab.kafka.committed(lab.name('g'), topic)
    await until(async () => isInHand && (await committed()) === 1)
    release()
    await until(async () => (await committed()) === 2)
  })

  test.each([
    { what: 'one after another', at: undefined, most: 1 },
    { what: 'side by side when it is told so', at: 2, most: 2 },
  ])('handles the partitions of a member $what', async ({ at, most }) => {
    const { lab, topic, kafka } = await openKafka(2)
    const records = [0, 1].flatMap((partition) =>
      ['a', 'b', 'c', 'd', 'e'].map((value) => ({ partition, value })),
    )
    await lab.kafka.observer.produce(topic, records)
    let [running, peak, done] = [0, 0, 0]
    const consumer = kafka.consumer({ groupId: lab.name('g'), maxWaitTimeInMs: 50 })
    await connected(consumer)
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      ...(at === undefined ? {} : { partitionsConsumedConcurrently: at }),
      async eachMessage() {
        running += 1
        peak = Math.max(peak, running)
        // Work that takes a while: so handlers that may overlap do.
        await new Promise((resolve) => setTimeout(resolve, 20))
        running -= 1
        done += 1
      },
    })
    await until(() => done === records.length)
    expect(peak).toBe(most)
  })
})

async function openKafka(partitions = 1): Promise<{ lab: Lab; topic: string; kafka: Kafka }> {
  const lab = await openTestLab({}, undefined, { kafka: 1 })
  const topic = lab.name('t')
  await lab.kafka.observer.createTopic(topic, { partitions })
  const { kafkaBrokers } = await lab.world('producer')
  const kafka = new kafkajs.Kafka({
    clientId: 'as it comes',
    brokers: [...kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
  })
  return { lab, topic, kafka }
}

async function connected(client: Pick<Consumer, 'connect' | 'disconnect'>): Promise<void> {
  await client.connect()
  onTestFinished(() => client.disconnect())
}
