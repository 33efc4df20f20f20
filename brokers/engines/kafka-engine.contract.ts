/** What every Kafka engine keeps, with the real kafkajs as the client. */
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import type { Capability, KafkaEngine } from './engine.ts'

const { Kafka, Partitioners } = kafkajs

export interface ContractOptions {
  /** What the engine must be able to do, at least. */
  readonly capabilities: readonly Capability[]
  /** Whether what was acknowledged is there after `kill` and `restart`. */
  readonly keepsData: boolean
}

/** Declares the tests. What an engine has no capability for is skipped. */
export function kafkaEngineContract(
  name: string,
  start: () => Promise<KafkaEngine>,
  { capabilities, keepsData }: ContractOptions,
): void {
  describe(`${name} keeps the contract of a Kafka engine`, () => {
    let engine: KafkaEngine
    beforeAll(async () => {
      engine = await start()
    })
    afterAll(async () => {
      await engine[Symbol.asyncDispose]()
    })

    const client = () =>
      new Kafka({
        brokers: engine.addresses.map(({ host, port }) => `${host}:${port}`),
        logCreator: () => () => {},
        retry: { initialRetryTime: 50, retries: 10 },
      })

    async function send(topic: string, ...values: string[]): Promise<void> {
      const producer = client().producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      await producer.send({ topic, acks: -1, messages: values.map((value) => ({ value })) })
      await producer.disconnect()
    }

    test('says what it is and what it can', () => {
      expect(engine.server).toMatch(/^Kafka \d+\.\d+\.\d+$/)
      expect([...engine.capabilities]).toEqual(expect.arrayContaining([...capabilities]))
      expect(engine.addresses.length).toBeGreaterThan(0)
    })

    test('isolates: two checks with the same names never meet', async () => {
      await using one = await engine.isolate('check')
      await using two = await engine.isolate('check')
      await send(`${one.prefix}orders`, 'm')
      await eventually('it is there', async () => {
        const { topics } = await engine.inspect(one.prefix)
        return topics.some(({ partitions }) => partitions.some(({ highWatermark }) => highWatermark === 1))
      })
      expect((await engine.inspect(one.prefix)).topics.map(({ name: topic }) => topic)).toEqual([
        `${one.prefix}orders`,
      ])
      expect((await engine.inspect(two.prefix)).topics).toEqual([])
    })

    test('shows a group with its members and what they committed, and removes all with the isolation', async () => {
      const { prefix, [Symbol.asyncDispose]: remove } = await engine.isolate('group')
      const [topic, groupId] = [`${prefix}t`, `${prefix}g`]
      await send(topic, 'a', 'b')
      const consumer = client().consumer({ groupId, maxWaitTimeInMs: 50 })
      await consumer.connect()
      const values: string[] = []
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
      await eventually('both have come', () => values.length === 2)
      expect((await engine.inspect(prefix)).groups).toMatchObject([{ id: groupId, state: 'Stable' }])
      await consumer.disconnect()
      const [group] = (await engine.inspect(prefix)).groups
      expect(group).toMatchObject({ state: 'Empty', members: [] })
      expect(group?.offsets).toMatchObject([{ topic, partition: 0, offset: 2 }])

      await remove()
      const { topics, groups } = await engine.inspect(prefix)
      expect([topics, groups]).toEqual([[], []])
    })

    test('stops, and restarts at the same addresses', async () => {
      const { addresses } = engine
      await engine.stop()
      await engine.restart()
      expect(engine.addresses).toEqual(addresses)
      await using isolation = await engine.isolate('restart')
      await send(`${isolation.prefix}t`, 'm')
    })

    test.runIf(capabilities.includes('kill'))('kills, and comes back at the same addresses', async () => {
      await using isolation = await engine.isolate('kill')
      const { addresses } = engine
      await send(`${isolation.prefix}t`, 'm')
      await engine.kill()
      await engine.restart()
      expect(engine.addresses).toEqual(addresses)
      const { topics } = await engine.inspect(isolation.prefix)
      expect(topics.map(({ partitions }) => partitions[0]?.highWatermark)).toEqual(keepsData ? [1] : [])
    })

    test.runIf(capabilities.includes('virtual-time'))('moves time', async () => {
      await using isolation = await engine.isolate('time')
      const [topic, groupId] = [`${isolation.prefix}t`, `${isolation.prefix}g`]
      await send(topic, 'm')
      const admin = client().admin()
      await admin.connect()
      await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] })
      await admin.disconnect()
      expect((await engine.inspect(isolation.prefix)).groups).toHaveLength(1)
      // Longer than offsets.retention.minutes: what nobody uses is forgotten.
      await engine.elapse(8 * 86_400_000)
      expect((await engine.inspect(isolation.prefix)).groups).toEqual([])
    })

    test('disposing twice is safe', async () => {
      const other = await start()
      await other[Symbol.asyncDispose]()
      await other[Symbol.asyncDispose]()
    })
  })
}
