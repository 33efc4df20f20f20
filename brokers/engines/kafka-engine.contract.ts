/** What every Kafka engine keeps, with the real kafkajs as the client. */
import kafkajs, { type Admin } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import type { Capability, KafkaEngine, KafkaNodes } from './engine.ts'
import { KafkaAdmin } from './kafka-admin.ts'

const { Kafka, Partitioners } = kafkajs

export interface ContractOptions {
  /** What the engine must be able to do, at least. */
  readonly capabilities: readonly Capability[]
  /** Whether what was acknowledged is there after `stop` or `kill`, and `restart`. */
  readonly keepsData: boolean
  /** How long what is waited for may take: on real nodes elections and their coming back take seconds. Default: ten seconds. */
  readonly waitMsMax?: number
}

/** Of an isolated topic; nothing else sets it so. */
const RETENTION_MS = '123456789'

/** Declares the tests. What an engine has no capability for is skipped. */
export function kafkaEngineContract(
  name: string,
  start: () => Promise<KafkaEngine>,
  { capabilities, keepsData, waitMsMax }: ContractOptions,
): void {
  const comes = (fact: string, holds: () => boolean | Promise<boolean>) => eventually(fact, holds, waitMsMax)
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

    async function withAdmin<T>(act: (admin: Admin) => Promise<T>): Promise<T> {
      const admin = client().admin()
      await admin.connect()
      try {
        return await act(admin)
      } finally {
        await admin.disconnect()
      }
    }

    const retentionMsOf = (topic: string) =>
      withAdmin(async (admin) => {
        const { resources } = await admin.describeConfigs({
          includeSynonyms: false,
          resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }],
        })
        return resources[0]?.configEntries[0]?.configValue
      })

    const committedOf = (groupId: string, topic: string) =>
      withAdmin(async (admin) => {
        let committed: string | undefined
        // Just after a start a real coordinator is still loading, which kafkajs does not wait for here.
        await comes('the coordinator has loaded', async () => {
          const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] }).catch(() => [])
          committed = offsets?.partitions[0]?.offset
          return offsets !== undefined
        })
        return committed
      })

    /** All values of a topic, up to one that is known to be its last. */
    async function valuesUpTo(last: string, topic: string, groupId: string): Promise<string[]> {
      const consumer = client().consumer({ groupId, maxWaitTimeInMs: 50 })
      await consumer.connect()
      const values: string[] = []
      await consumer.subscribe({ topics: [topic], fromBeginning: true })
      await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
      await eventually('the last one has come', () => values.at(-1) === last)
      await consumer.disconnect()
      return values
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
      await comes('it is there', async () => {
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
      await comes('both have come', () => values.length === 2)
      expect((await engine.inspect(prefix)).groups).toMatchObject([
        { id: groupId, state: 'Stable', members: [{ partitions: [{ topic, partition: 0 }] }] },
      ])
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

    const ends = capabilities.includes('kill') ? (['stop', 'kill'] as const) : (['stop'] as const)
    test.runIf(keepsData).each(ends)(
      'keeps settings, records, commits and transactions over a %s',
      async (end) => {
        await using isolation = await engine.isolate(`keeps-${end}`)
        const [topic, groupId] = [`${isolation.prefix}t`, `${isolation.prefix}g`]
        const configEntries = [{ name: 'retention.ms', value: RETENTION_MS }]
        await withAdmin((admin) => admin.createTopics({ topics: [{ topic, configEntries }] }))
        const producer = client().producer({
          transactionalId: `${isolation.prefix}x`,
          idempotent: true,
          maxInFlightRequests: 1,
          createPartitioner: Partitioners.DefaultPartitioner,
        })
        await producer.connect()
        const begin = async (value: string, offset: string) => {
          const transaction = await producer.transaction()
          await transaction.send({ topic, messages: [{ value }] })
          const topics = [{ topic, partitions: [{ partition: 0, offset }] }]
          await transaction.sendOffsets({ consumerGroupId: groupId, topics })
          return transaction
        }
        await (await begin('committed', '1')).commit()
        const open = await begin('open', '2')

        await engine[end]()
        await engine.restart()

        expect(await retentionMsOf(topic)).toBe(RETENTION_MS)
        await comes('the commit is there', async () => (await committedOf(groupId, topic)) === '1')
        const values: string[] = []
        const consumer = client().consumer({ groupId: `${isolation.prefix}reader`, maxWaitTimeInMs: 50 })
        await consumer.connect()
        await consumer.subscribe({ topics: [topic], fromBeginning: true })
        await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
        await comes('what was committed is read', () => values.length > 0)
        await open.send({ topic, messages: [{ value: 'added' }] })
        // It can't be seen as long as its transaction is open.
        expect(values).toEqual(['committed'])
        await open.commit()
        await comes('the transaction is read', () => values.length === 3)
        expect(values).toEqual(['committed', 'open', 'added'])
        await comes('its commit is there', async () => (await committedOf(groupId, topic)) === '2')
        await Promise.all([consumer.disconnect(), producer.disconnect()])
      },
    )

    test.runIf(capabilities.includes('virtual-time'))('moves time', async () => {
      await using isolation = await engine.isolate('time')
      const [topic, groupId] = [`${isolation.prefix}t`, `${isolation.prefix}g`]
      await send(topic, 'm')
      await withAdmin((admin) =>
        admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] }),
      )
      expect((await engine.inspect(isolation.prefix)).groups).toHaveLength(1)
      // Longer than offsets.retention.minutes: what nobody uses is forgotten.
      await engine.elapse(8 * 86_400_000)
      expect((await engine.inspect(isolation.prefix)).groups).toEqual([])
    })

    test.runIf(capabilities.includes('tidies'))(
      'deletes what is too old, and compacts, within seconds',
      async () => {
        await using isolation = await engine.isolate('tidy')
        const [old, compacted] = [`${isolation.prefix}old`, `${isolation.prefix}compacted`]
        const entries = (config: Readonly<Record<string, string>>) =>
          Object.entries(config).map(([name, value]) => ({ name, value }))
        const dirty = { 'cleanup.policy': 'compact', 'segment.ms': '1', 'min.cleanable.dirty.ratio': '0.01' }
        await withAdmin((admin) =>
          admin.createTopics({
            topics: [
              { topic: old, configEntries: entries({ 'retention.ms': '60000' }) },
              { topic: compacted, configEntries: entries(dirty) },
            ],
          }),
        )
        const producer = client().producer({ createPartitioner: Partitioners.DefaultPartitioner })
        await producer.connect()
        const hourAgo = Date.now() - 3_600_000
        await producer.send({
          topic: old,
          messages: [{ value: 'an hour old', timestamp: String(hourAgo) }],
        })
        // Each begins a segment, so all but the last can be compacted.
        for (const second of [0, 1, 2, 3]) {
          const timestamp = String(hourAgo + second * 1000)
          await producer.send({ topic: compacted, messages: [{ key: 'k', value: `${second}`, timestamp }] })
        }
        await producer.disconnect()
        if (capabilities.includes('virtual-time')) await engine.elapse(300_000)
        await eventually('the old record is deleted', async () => {
          const { topics } = await engine.inspect(isolation.prefix)
          return topics.find(({ name }) => name === old)?.partitions[0]?.startOffset === 1
        })
        let reader = 0
        await eventually('the older values are gone', async () => {
          const values = await valuesUpTo('3', compacted, `${isolation.prefix}reader-${++reader}`)
          return values.join() === '2,3'
        })
      },
    )

    test.runIf(capabilities.includes('nodes'))(
      'a node ends alone, the others serve on, and it comes back',
      async () => {
        const nodes = engine as KafkaEngine & KafkaNodes
        await using isolation = await engine.isolate('nodes')
        const topic = `${isolation.prefix}t`
        const admin = client().admin()
        await admin.connect()
        await admin.createTopics({ topics: [{ topic, numPartitions: 3, replicationFactor: 3 }] })
        await admin.disconnect()
        const isReplicatedOn = async (ids: readonly number[]) => {
          const [found] = (await engine.inspect(isolation.prefix)).topics
          const inSync = found?.partitions.map(({ isr }) => isr.toSorted().join())
          return inSync?.length === 3 && inSync.every((each) => each === ids.join())
        }
        await comes('all three are in sync', () => isReplicatedOn([0, 1, 2]))
        await nodes.killNode(1)
        await comes('the others lead all of it', () => isReplicatedOn([0, 2]))
        await send(topic, 'while one is dead')
        await nodes.startNode(1)
        await comes('the dead one is back', () => isReplicatedOn([0, 1, 2]))
        await nodes.stopNode(2)
        await comes('the stopped one is missed', () => isReplicatedOn([0, 1]))
        await nodes.startNode(2)
        await comes('the stopped one is back', () => isReplicatedOn([0, 1, 2]))
        const [found] = (await engine.inspect(isolation.prefix)).topics
        expect(found?.partitions.reduce((sum, { highWatermark }) => sum + highWatermark, 0)).toBe(1)
      },
    )

    test.runIf(capabilities.includes('nodes'))(
      'a frozen node answers nothing until it is thawed',
      async () => {
        const nodes = engine as KafkaEngine & KafkaNodes
        const frozen = new KafkaAdmin(() => engine.addresses.slice(2))
        await nodes.freezeNode(2)
        await expect(frozen.nodes()).rejects.toThrow('no node of the Kafka answers')
        await nodes.thawNode(2)
        await comes('it is counted on again', async () => (await frozen.nodes()).length === 3)
      },
    )

    test('disposing twice is safe', async () => {
      const other = await start()
      await other[Symbol.asyncDispose]()
      await other[Symbol.asyncDispose]()
    })
  })
}
