/** Transactions on the wire: with the real kafkajs, and request by request where codes differ by version. */
import kafkajs, { type Consumer, type EachMessagePayload, type Producer } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { type Kafka, startKafka } from './kafka.ts'
import { type RawClient, rawConnect } from './raw-client.ts'
import { produce } from './wire/messages/00-produce.ts'
import { fetch } from './wire/messages/01-fetch.ts'
import { listOffsets } from './wire/messages/02-list-offsets.ts'
import { offsetFetch } from './wire/messages/09-offset-fetch.ts'
import { joinGroup } from './wire/messages/11-join-group.ts'
import { initProducerId } from './wire/messages/22-init-producer-id.ts'
import { addPartitionsToTxn } from './wire/messages/24-add-partitions-to-txn.ts'
import { addOffsetsToTxn } from './wire/messages/25-add-offsets-to-txn.ts'
import { endTxn } from './wire/messages/26-end-txn.ts'
import { txnOffsetCommit } from './wire/messages/28-txn-offset-commit.ts'
import { describeProducers } from './wire/messages/61-describe-producers.ts'
import { describeTransactions } from './wire/messages/65-describe-transactions.ts'
import { listTransactions } from './wire/messages/66-list-transactions.ts'
import { encodeBatch } from './wire/record-batch.ts'
import type { RequestOf } from './wire/schema.ts'

const { Kafka: KafkaJS, Partitioners } = kafkajs

let broker: Kafka
let names = 0
const open: { disconnect(): Promise<void> }[] = []
const raw: RawClient[] = []

beforeAll(async () => {
  broker = await startKafka()
})
afterEach(async () => {
  for (const client of raw.splice(0)) client.cut()
  await Promise.all(open.splice(0).map((client) => client.disconnect()))
})
afterAll(() => broker.stop())

const newName = (label: string) => `${label}-${++names}`
const client = () =>
  new KafkaJS({
    clientId: 'test',
    brokers: [...broker.brokers],
    logCreator: () => () => {},
    retry: { initialRetryTime: 10, maxRetryTime: 100 },
  })

async function connected<C extends { connect(): Promise<void>; disconnect(): Promise<void> }>(
  one: C,
): Promise<C> {
  await one.connect()
  open.push(one)
  return one
}

const newTransactional = (transactionalId = newName('transactional'), { transactionTimeout = 60_000 } = {}) =>
  connected(
    client().producer({
      transactionalId,
      transactionTimeout,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
    }),
  )

const newConsumer = (groupId: string, readUncommitted = false) =>
  connected(client().consumer({ groupId, readUncommitted, maxWaitTimeInMs: 50, heartbeatInterval: 100 }))

async function newTopic(numPartitions = 1): Promise<string> {
  const topic = newName('topic')
  const admin = await connected(client().admin())
  await admin.createTopics({ topics: [{ topic, numPartitions }] })
  return topic
}

/** Runs `consumer` and gathers what it is handed, as `offset value`. */
async function gather(consumer: Consumer, topic: string): Promise<string[]> {
  const seen: string[] = []
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => void seen.push(`${message.offset} ${message.value}`),
  })
  return seen
}

/** One record in a transaction of its own, or none in the end. */
async function send(producer: Producer, topic: string, value: string, isCommit = true): Promise<void> {
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages: [{ value }] })
  await (isCommit ? transaction.commit() : transaction.abort())
}

const partitionOf = async (topic: string) =>
  (await broker.inspect()).topics.find(({ name }) => name === topic)?.partitions[0]
const committedOf = async (groupId: string) =>
  (await broker.inspect()).groups.find(({ id }) => id === groupId)?.offsets.map(({ offset }) => offset) ?? []

describe('kafkajs', () => {
  test('sees committed records only, at offsets with gaps for markers and aborted ones', async () => {
    const topic = await newTopic()
    const producer = await newTransactional()
    await send(producer, topic, 'committed')
    await send(producer, topic, 'aborted', false)
    await send(producer, topic, 'committed again')

    const committed = await gather(await newConsumer(newName('group')), topic)
    const everything = await gather(await newConsumer(newName('group'), true), topic)

    await eventually('both have read to the end', () => committed.length >= 2 && everything.length >= 3)
    expect(committed).toEqual(['0 committed', '4 committed again'])
    expect(everything).toEqual(['0 committed', '2 aborted', '4 committed again'])
  })

  test('begins the next transaction right after a commit, without a single retry', async () => {
    const topic = await newTopic()
    const producer = await newTransactional()
    let begun = 0
    producer.on('producer.network.request', ({ payload }) => {
      if (payload.apiName === 'AddPartitionsToTxn') begun++
    })
    for (let count = 0; count < 20; count++) await send(producer, topic, String(count))
    expect((await partitionOf(topic))?.lastStableOffset).toBe(40)
    expect(begun).toBe(20)
  })

  test('a consumer of committed records waits for the oldest open transaction', async () => {
    const topic = await newTopic()
    const [slow, fast] = [await newTransactional(), await newTransactional()]
    const consumer = await newConsumer(newName('group'))
    const seen = await gather(consumer, topic)
    const transaction = await slow.transaction()
    await transaction.send({ topic, messages: [{ value: 'slow' }] })
    await send(fast, topic, 'fast')
    await send(fast, topic, 'dropped', false)
    expect(await partitionOf(topic)).toMatchObject({ lastStableOffset: 0, highWatermark: 5 })
    expect(seen).toEqual([])

    await transaction.commit()

    await eventually('both are seen', () => seen.length === 2)
    expect(seen).toEqual(['0 slow', '1 fast'])
  })

  test('commits offsets with the transaction, or not at all', async () => {
    const topic = await newTopic()
    const producer = await newTransactional()
    const groupId = newName('group')
    const commit = async (offset: string, isCommit: boolean) => {
      const transaction = await producer.transaction()
      await transaction.sendOffsets({
        consumerGroupId: groupId,
        topics: [{ topic, partitions: [{ partition: 0, offset }] }],
      })
      const hidden = await committedOf(groupId)
      await (isCommit ? transaction.commit() : transaction.abort())
      return { hidden, shown: await committedOf(groupId) }
    }
    expect(await commit('5', true)).toEqual({ hidden: [], shown: [5] })
    expect(await commit('9', false)).toEqual({ hidden: [5], shown: [5] })
  })

  test('moves records from one topic to another exactly once, though one mover lost its place', async () => {
    const [source, target] = [await newTopic(), await newTopic()]
    const groupId = newName('group')
    const transactionalId = newName('mover')
    const plain = await connected(client().producer({ createPartitioner: Partitioners.DefaultPartitioner }))
    const values = Array.from({ length: 10 }, (_, index) => String(index))
    await plain.send({ topic: source, messages: values.map((value) => ({ value })) })

    const move = async (producer: Producer, { message, topic, partition }: EachMessagePayload) => {
      const transaction = await producer.transaction()
      await transaction.send({ topic: target, messages: [{ value: message.value }] })
      const offset = String(Number(message.offset) + 1)
      await transaction.sendOffsets({
        consumerGroupId: groupId,
        topics: [{ topic, partitions: [{ partition, offset }] }],
      })
      return transaction
    }
    // The zombie has done all but the last step for the fourth record when another takes its place.
    const zombie = await newTransactional(transactionalId)
    const first = await newConsumer(groupId)
    let stuck: Awaited<ReturnType<typeof move>> | undefined
    let moved = 0
    await first.subscribe({ topics: [source], fromBeginning: true })
    await first.run({
      autoCommit: false,
      eachMessage: async (payload) => {
        if (stuck !== undefined) return
        const transaction = await move(zombie, payload)
        if (moved++ < 3) await transaction.commit()
        else stuck = transaction
      },
    })
    await eventually('the zombie is stuck', () => stuck !== undefined)
    const successor = await newTransactional(transactionalId)
    // kafkajs asks for its epoch when it begins its first transaction.
    await (await successor.transaction()).abort()
    await first.disconnect()

    await expect(stuck?.commit()).rejects.toMatchObject({ type: 'INVALID_PRODUCER_EPOCH' })
    const second = await newConsumer(groupId)
    await second.subscribe({ topics: [source], fromBeginning: true })
    await second.run({
      autoCommit: false,
      eachMessage: async (payload) => (await move(successor, payload)).commit(),
    })
    const seen = await gather(await newConsumer(newName('group')), target)
    await eventually('all have been moved', async () => (await committedOf(groupId))[0] === values.length)
    await eventually('all are seen', () => seen.length >= values.length)

    expect(seen.map((line) => line.split(' ')[1])).toEqual(values)
  })

  test('loses its transaction when the time is up, and what was behind it can be read', async () => {
    const topic = await newTopic()
    const [late, other] = [
      await newTransactional(undefined, { transactionTimeout: 30_000 }),
      await newTransactional(),
    ]
    const seen = await gather(await newConsumer(newName('group')), topic)
    const transaction = await late.transaction()
    await transaction.send({ topic, messages: [{ value: 'late' }] })
    await send(other, topic, 'behind')

    await broker.elapse(30_000)

    await eventually('the other one is seen', () => seen.length > 0)
    expect(seen).toEqual(['1 behind'])
    await expect(transaction.commit()).rejects.toMatchObject({ type: 'INVALID_PRODUCER_EPOCH' })
  })

  test('commits what is left when a topic is deleted under its transaction', async () => {
    const [gone, left] = [await newTopic(), await newTopic()]
    const producer = await newTransactional()
    const admin = await connected(client().admin())
    const transaction = await producer.transaction()
    for (const topic of [gone, left]) await transaction.send({ topic, messages: [{ value: 'v' }] })

    await admin.deleteTopics({ topics: [gone] })
    await transaction.commit()

    expect((await partitionOf(left))?.lastStableOffset).toBe(2)
    await send(producer, left, 'next')
  })
})

describe('request by request', () => {
  const LATEST = -1
  const READ_COMMITTED = 1

  interface Held {
    readonly producerId: number
    readonly producerEpoch: number
  }

  /** A client and its requests, with a transactional id, a topic of two partitions, and a group. */
  async function setUp() {
    const topic = await newTopic(2)
    const [transactionalId, groupId] = [newName('transactional'), newName('group')]
    const [host = '', port] = broker.brokers[0]?.split(':') ?? []
    const connection = await rawConnect({ host, port: Number(port) })
    raw.push(connection)
    return {
      topic,
      transactionalId,
      groupId,
      connection,
      init: (fields: Partial<RequestOf<typeof initProducerId>> = {}, version = 4) =>
        connection.call(initProducerId, version, {
          transactionalId,
          transactionTimeoutMs: 60_000,
          ...fields,
        }) as Promise<Held & { errorCode: number }>,
      async add(held: Held, version = 3, partitions = [0]) {
        const topics = [{ name: topic, partitions }]
        const response = await connection.call(addPartitionsToTxn, version, {
          transactionalId,
          ...idsOf(held),
          topics,
        })
        return response?.topics[0]?.partitions.map(({ errorCode }) => errorCode)
      },
      async addGroup(held: Held, version = 3) {
        const fields = { transactionalId, ...idsOf(held), groupId }
        return (await connection.call(addOffsetsToTxn, version, fields))?.errorCode
      },
      async end(held: Held, committed: boolean, version = 3) {
        const fields = { transactionalId, ...idsOf(held), committed }
        return (await connection.call(endTxn, version, fields))?.errorCode
      },
      async produce(
        held: Held,
        baseSequence: number,
        options: { index?: number; attributes?: number; transactionalId?: string | null } = {},
      ) {
        const { index = 0, attributes = 0b1_0000 } = options
        const records = encodeBatch([{ value: Buffer.from('v') }], {
          ...idsOf(held),
          baseSequence,
          attributes,
        })
        const response = await connection.call(produce, 9, {
          transactionalId,
          acks: -1,
          timeoutMs: 1_000,
          topics: [{ name: topic, partitions: [{ index, records }] }],
          ...options,
        })
        return response?.topics[0]?.partitions[0]?.errorCode
      },
      async commitOffset(
        held: Held,
        offset: number,
        fields: { generationId?: number; memberId?: string; producerEpoch?: number } = {},
      ) {
        const partition = {
          index: 0,
          committedOffset: offset,
          committedLeaderEpoch: -1,
          committedMetadata: '',
        }
        const response = await connection.call(txnOffsetCommit, 3, {
          transactionalId,
          groupId,
          ...idsOf(held),
          ...fields,
          topics: [{ name: topic, partitions: [partition] }],
        })
        return response?.topics[0]?.partitions[0]?.errorCode
      },
      async committed(requireStable: boolean) {
        const response = await connection.call(offsetFetch, 7, {
          groupId,
          topics: [{ name: topic, partitions: [0] }],
          requireStable,
        })
        const found = response?.topics[0]?.partitions[0]
        return [found?.committedOffset, found?.errorCode]
      },
      async endOffset(isolationLevel: number, timestamp = LATEST) {
        const response = await connection.call(listOffsets, 7, {
          isolationLevel,
          topics: [{ name: topic, partitions: [{ index: 0, timestamp }] }],
        })
        return response?.topics[0]?.partitions[0]?.offset
      },
      async read(offset: number) {
        const response = await connection.call(fetch, 11, {
          maxWaitMs: 0,
          minBytes: 1,
          isolationLevel: READ_COMMITTED,
          topics: [{ name: topic, partitions: [{ index: 0, fetchOffset: offset, maxBytes: 1_000_000 }] }],
        })
        return response?.topics[0]?.partitions[0]
      },
    }
  }
  const idsOf = ({ producerId, producerEpoch }: Held) => ({ producerId, producerEpoch })

  test('a fenced producer is told 47 or 90, as its version knows it', async () => {
    const { init, add, addGroup, end, produce: send } = await setUp()
    const old = await init()
    await init()
    expect([await add(old, 1), await add(old, 2)]).toEqual([[47], [90]])
    expect([await addGroup(old, 1), await addGroup(old, 2)]).toEqual([47, 90])
    expect([await end(old, true, 1), await end(old, true, 2)]).toEqual([47, 90])
    expect([(await init(idsOf(old), 3)).errorCode, (await init(idsOf(old), 4)).errorCode]).toEqual([47, 90])
    expect(await send(old, 0)).toBe(47)
  })

  test('starting is refused with what is wrong', async () => {
    const { init } = await setUp()
    const codeOf = async (fields: Parameters<typeof init>[0]) => (await init(fields)).errorCode
    expect(await codeOf({ transactionalId: '' })).toBe(42)
    expect(await codeOf({ producerId: 5 })).toBe(42)
    expect(await codeOf({ transactionTimeoutMs: 0 })).toBe(50)
    expect(await codeOf({ transactionTimeoutMs: 900_001 })).toBe(50)
    expect(await init({ transactionalId: null })).toMatchObject({ errorCode: 0, producerEpoch: 0 })
  })

  test('records are taken from producers whose transaction covers the partition', async () => {
    const { init, add, produce: send, end } = await setUp()
    const held = await init()
    expect(await send(held, 0)).toBe(48)
    expect(await send(held, 0, { transactionalId: null })).toBe(53)
    expect(await send(held, 0, { transactionalId: 'another' })).toBe(49)
    expect(await add(held)).toEqual([0])
    expect(await send({ ...held, producerEpoch: held.producerEpoch + 1 }, 0)).toBe(47)
    expect(await send({ ...held, producerId: held.producerId + 1 }, 0)).toBe(49)
    expect([await send(held, 0), await send(held, 0), await send(held, 3)]).toEqual([0, 0, 45])
    expect(await send(held, 0, { index: 1 })).toBe(48)
    expect(await send(held, 1, { attributes: 0 })).toBe(48)
    expect(await end(held, true)).toBe(0)
    expect(await send(held, 1)).toBe(48)
  })

  test('partitions are added all together or not at all', async () => {
    const { init, add, end } = await setUp()
    const held = await init()
    expect(await add(held, 3, [0, 7])).toEqual([55, 3])
    expect(await end(held, true)).toBe(48)
    expect(await add({ ...held, producerId: held.producerId + 1 })).toEqual([49])
    expect(await add(held, 3, [0, 1])).toEqual([0, 0])
    expect(await end(held, false)).toBe(0)
  })

  test('what is open is not there for readers of committed records, wherever they look', async () => {
    const { init, add, produce: send, end, endOffset, read } = await setUp()
    const held = await init()
    await add(held)
    await send(held, 0)
    expect([await endOffset(0), await endOffset(READ_COMMITTED)]).toEqual([1, 0])
    expect([await endOffset(0, 0), await endOffset(READ_COMMITTED, 0)]).toEqual([0, -1])
    expect(await read(0)).toMatchObject({ lastStableOffset: 0, highWatermark: 1, abortedTransactions: [] })
    await end(held, false)
    const { producerId } = held
    const found = await read(0)
    expect(found).toMatchObject({
      lastStableOffset: 2,
      abortedTransactions: [{ producerId, firstOffset: 0 }],
    })
    expect((await read(2))?.abortedTransactions).toEqual([])
  })

  test('a read that waits is answered as soon as the transaction ends', async () => {
    const { topic, init, add, produce: send, end } = await setUp()
    const reader = await setUp()
    const held = await init()
    await add(held)
    await send(held, 0)
    const waiting = reader.connection.call(fetch, 11, {
      maxWaitMs: 15_000,
      minBytes: 1,
      isolationLevel: READ_COMMITTED,
      topics: [{ name: topic, partitions: [{ index: 0, fetchOffset: 0, maxBytes: 1_000_000 }] }],
    })
    const startedMs = performance.now()
    await end(held, true)
    expect((await waiting)?.topics[0]?.partitions[0]).toMatchObject({ lastStableOffset: 2 })
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })

  test('offsets of a transaction are hidden, and whoever wants only stable ones is told 88', async () => {
    const { init, addGroup, commitOffset, committed, end } = await setUp()
    const held = await init()
    expect(await commitOffset(held, 5)).toBe(48)
    expect(await addGroup(held)).toBe(0)
    expect(await commitOffset(held, 5, { producerEpoch: held.producerEpoch + 1 })).toBe(47)
    expect(await commitOffset(held, 5)).toBe(0)
    expect([await committed(false), await committed(true)]).toEqual([
      [-1, 0],
      [-1, 88],
    ])
    expect(await end(held, true)).toBe(0)
    expect(await committed(true)).toEqual([5, 0])
  })

  test('a consumer that says which member it is has to be one (KIP-447)', async () => {
    const { connection, groupId, init, addGroup, commitOffset } = await setUp()
    const join = {
      groupId,
      sessionTimeoutMs: 10_000,
      rebalanceTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'p', metadata: Buffer.alloc(0) }],
    }
    const joined = await connection.call(joinGroup, 3, { ...join, memberId: '' })
    const { memberId = '', generationId = 0 } = joined ?? {}
    const held = await init()
    await addGroup(held)
    expect(await commitOffset(held, 1, { memberId, generationId })).toBe(0)
    expect(await commitOffset(held, 1, { memberId, generationId: generationId - 1 })).toBe(22)
    expect(await commitOffset(held, 1, { memberId: 'nobody', generationId })).toBe(25)
    expect(await commitOffset(held, 1)).toBe(0)
  })

  test('tools see transactions and producers', async () => {
    const { connection, topic, transactionalId, init, add, addGroup, produce: send } = await setUp()
    const held = await init()
    const { producerId } = held
    await add(held)
    await addGroup(held)
    await send(held, 0)
    const described = await connection.call(describeTransactions, 0, {
      transactionalIds: [transactionalId, 'nobody', ''],
    })
    expect(described?.transactionStates.map(({ errorCode }) => errorCode)).toEqual([0, 105, 42])
    expect(described?.transactionStates[0]).toMatchObject({
      transactionState: 'Ongoing',
      producerId,
      topics: [{ topic, partitions: [0] }, { topic: '__consumer_offsets' }],
    })
    const filters = { stateFilters: ['Ongoing', 'Asleep'], producerIdFilters: [producerId] }
    expect(await connection.call(listTransactions, 1, filters)).toMatchObject({
      unknownStateFilters: ['Asleep'],
      transactionStates: [{ transactionalId, producerId, transactionState: 'Ongoing' }],
    })
    expect(
      (await connection.call(listTransactions, 1, { ...filters, durationFilter: 60_000 }))?.transactionStates,
    ).toEqual([])
    const partitions = [0, 9]
    const producers = await connection.call(describeProducers, 0, { topics: [{ name: topic, partitions }] })
    expect(producers?.topics[0]?.partitions).toMatchObject([
      { errorCode: 0, activeProducers: [{ producerId, lastSequence: 0, currentTxnStartOffset: 0 }] },
      { errorCode: 3, activeProducers: [] },
    ])
  })
})
