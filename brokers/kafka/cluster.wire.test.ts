/** Three nodes and the real kafkajs: who keeps what when nodes stop, die, freeze and come back. A hundred dead leaders: cluster.whole.test.ts. */
import kafkajs from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { startKafka } from './kafka.ts'
import {
  admin,
  client,
  cluster,
  connected,
  endsOf,
  newName,
  newProducer,
  newTopic,
  partitionOf,
  readAll,
  send,
} from './test-cluster.ts'
import { leadersDie } from './test-leaders.ts'

// Not every name of this CommonJS package can be imported by name.
const { Kafka: KafkaJS, Partitioners } = kafkajs

describe('replication', () => {
  test('acks=all is answered when every in-sync replica has the record', async () => {
    const topic = await newTopic()
    const producer = await newProducer()
    await send(producer, topic, 'a')
    expect(await endsOf(topic)).toEqual([1, 1, 1])
    expect((await partitionOf(topic)).highWatermark).toBe(1)
  })

  test('acks=all waits for a frozen replica until the time is up, and goes on without it', async () => {
    const topic = await newTopic()
    const producer = await newProducer()
    await send(producer, topic, 'a')
    await cluster.freezeNode(2)

    const impatient = await connected(
      client().producer({ retry: { retries: 0 }, createPartitioner: Partitioners.DefaultPartitioner }),
    )
    await expect(send(impatient, topic, 'b', -1, 50)).rejects.toMatchObject({
      cause: { type: 'REQUEST_TIMED_OUT' },
    })
    expect((await partitionOf(topic)).highWatermark).toBe(1)

    const waiting = send(producer, topic, 'c')
    await eventually('it is appended', async () => (await endsOf(topic))[0] === 3)
    expect(await cluster.shrinkIsr(topic, 0)).toEqual([2])
    await waiting

    expect(await partitionOf(topic)).toMatchObject({ isr: [0, 1], highWatermark: 3 })
    await cluster.thawNode(2)
    await cluster.waitForIsr(topic, 0, [0, 1, 2])
    expect(await endsOf(topic)).toEqual([3, 3, 3])
  })

  test('acks=all is refused while fewer replicas are in sync than min.insync.replicas; acks=1 is not', async () => {
    const topic = await newTopic({ 'min.insync.replicas': '2' })
    const producer = await connected(
      client().producer({ retry: { retries: 0 }, createPartitioner: Partitioners.DefaultPartitioner }),
    )
    await send(producer, topic, 'a')
    await cluster.stopNode(1)
    await send(producer, topic, 'b')
    await cluster.stopNode(2)

    await expect(send(producer, topic, 'c')).rejects.toMatchObject({ cause: { type: 'NOT_ENOUGH_REPLICAS' } })
    await send(producer, topic, 'd', 1)
    expect(await partitionOf(topic)).toMatchObject({ isr: [0], endOffset: 3, highWatermark: 2 })

    await cluster.startNode(1)
    await cluster.waitForIsr(topic, 0, [0, 1])
    expect(await readAll(topic)).toEqual(['a', 'b', 'd'])
  })

  test('consumers read only what all in-sync replicas have', async () => {
    const topic = await newTopic()
    const groupId = newName('reader')
    await cluster.moveCoordinator({ groupId, node: 0 })
    const producer = await newProducer()
    await send(producer, topic, 'a')
    const consumer = await connected(client().consumer({ groupId, maxWaitTimeInMs: 20 }))
    const values: string[] = []
    let fetches = 0
    consumer.on('consumer.fetch', () => void fetches++)
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
    await eventually('a has come', () => values.length === 1)

    await cluster.freezeNode(1)
    await send(producer, topic, 'b', 1)
    const before = fetches
    await eventually('it has looked again', () => fetches >= before + 2)
    expect(values).toEqual(['a'])

    await cluster.shrinkIsr(topic, 0)
    await eventually('b has come', () => values.length === 2)
  })
})

describe('a leader that dies', () => {
  leadersDie(10)

  test('leaves nobody to lead while the others are not in sync, unless unclean elections are allowed', async () => {
    const [clean, unclean] = [await newTopic(), await newTopic({ 'unclean.leader.election.enable': 'true' })]
    const producer = await newProducer()
    for (const topic of [clean, unclean]) await send(producer, topic, 'kept')
    await cluster.stopNode(1)
    await cluster.stopNode(2)
    for (const topic of [clean, unclean]) await send(producer, topic, 'only on 0')
    await cluster.killNode(0)
    await cluster.startNode(2)

    expect(await partitionOf(clean)).toMatchObject({ leaderId: -1, isr: [0] })
    expect(await partitionOf(unclean)).toMatchObject({ leaderId: 2, isr: [2], endOffset: 1 })
    // kafkajs throws the partition's error.
    await expect(admin.fetchTopicMetadata({ topics: [clean] })).rejects.toMatchObject({
      cause: { type: 'LEADER_NOT_AVAILABLE' },
    })

    await cluster.startNode(0)
    await cluster.waitForLeader(clean, 0, { node: 0 })
    await cluster.waitForIsr(unclean, 0, [0, 2])
    expect(await readAll(clean)).toEqual(['kept', 'only on 0'])
    expect(await readAll(unclean)).toEqual(['kept'])
  })
})

describe('a node', () => {
  test('that stops cleanly hands on what it has, even acks=1', async () => {
    const topic = await newTopic()
    const producer = await newProducer()
    for (let index = 0; index < 20; index++) await send(producer, topic, String(index), 1)
    await cluster.stopNode(0)
    expect(await partitionOf(topic)).toMatchObject({ leaderId: 1, isr: [1, 2], endOffset: 20 })
    await cluster.startNode(0)
    await cluster.waitForIsr(topic, 0, [0, 1, 2])
    expect((await partitionOf(topic)).leaderId).toBe(1)
    await cluster.electPreferred(topic, 0)
    await send(producer, topic, 'after')
    expect(await partitionOf(topic)).toMatchObject({ leaderId: 0, leaderEpoch: 2, endOffset: 21 })
  })

  test('that was frozen and fenced sends to the new leader whoever asked it meanwhile', async () => {
    const topic = await newTopic()
    const producer = await newProducer()
    await send(producer, topic, 'a')
    await cluster.freezeNode(0)
    const sending = send(producer, topic, 'b')
    await cluster.fenceNode(0)
    await cluster.waitForLeader(topic, 0, { node: 1 })
    expect(await endsOf(topic)).toEqual([1, 1, 1])
    await cluster.thawNode(0)
    await sending
    await cluster.waitForIsr(topic, 0, [0, 1, 2])
    expect(await readAll(topic)).toEqual(['a', 'b'])
  })

  test('is fenced by the clock, too', async () => {
    await using short = await startKafka({ nodes: 3, brokerSessionTimeoutMs: 30 })
    const fenced = (async () => {
      for await (const event of short.events()) {
        if (event.type === 'node' && event.isFenced) return event.nodeId
      }
      return undefined
    })()
    await short.freezeNode(1)
    expect(await fenced).toBe(1)
  })

  test('that lags loses its place in the in-sync replicas by the clock', async () => {
    await using short = await startKafka({ nodes: 3, replicaLagTimeMaxMs: 30, defaultReplicationFactor: 3 })
    const producer = await connected(
      client(short.brokers).producer({ createPartitioner: Partitioners.DefaultPartitioner }),
    )
    await producer.send({ topic: 'lagging', messages: [{ value: 'a' }] })
    await short.freezeNode(2)
    const { leaderId, isr } = (await short.inspect()).topics[0]?.partitions[0] ?? { leaderId: -1, isr: [] }
    expect([leaderId, isr]).toEqual([0, [0, 1, 2]])
    await producer.send({ topic: 'lagging', messages: [{ value: 'b' }] })
    await short.waitForIsr('lagging', 0, [0, 1])
    await producer.disconnect()
  })

  test('answers only for what it leads and coordinates', async () => {
    const topic = await newTopic()
    const groupId = newName('group')
    const consumer = await connected(
      client().consumer({ groupId, heartbeatInterval: 50, maxWaitTimeInMs: 20 }),
    )
    await consumer.subscribe({ topics: [topic] })
    await cluster.recordRequests()
    await consumer.run({ eachMessage: async () => {} })
    await cluster.waitForStable(groupId, 1)
    const { coordinatorId } = (await cluster.inspect()).groups.find(({ id }) => id === groupId) ?? {}
    const joins = (await cluster.requests()).filter(({ api }) => api === 'JoinGroup')
    expect(new Set(joins.map(({ nodeId }) => nodeId))).toEqual(new Set([coordinatorId]))

    // Its members hear of a new coordinator from the old one.
    const other = [0, 1, 2].find((id) => id !== coordinatorId) as number
    await cluster.moveCoordinator({ groupId, node: other })
    await eventually('the old one has said so', async () =>
      (await cluster.requests()).some(
        ({ nodeId, errors }) => nodeId === coordinatorId && errors.includes('NOT_COORDINATOR'),
      ),
    )

    // A producer that counts on the old leader is sent to the new one.
    const producer = await newProducer()
    await send(producer, topic, 'a')
    await cluster.moveLeader(topic, 0, 2)
    await send(producer, topic, 'b')
    const produced = (await cluster.requests()).filter(({ api }) => api === 'Produce')
    expect(produced.map(({ nodeId, errors }) => [nodeId, ...errors])).toEqual([
      [0],
      [0, 'NOT_LEADER_OR_FOLLOWER'],
      [2],
    ])
    await cluster.recordRequests(0)
  })
})

describe('a group', () => {
  test('survives its coordinator: members find the next one and go on behind what they committed', async () => {
    const topic = await newTopic()
    const groupId = newName('group')
    const producer = await newProducer()
    const consumer = await connected(
      client().consumer({ groupId, heartbeatInterval: 50, maxWaitTimeInMs: 20, sessionTimeout: 6_000 }),
    )
    const values: string[] = []
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) })
    await cluster.waitForStable(groupId, 1)
    await send(producer, topic, 'a')
    await eventually('a has come', () => values.length === 1)
    const committed = async () =>
      (await cluster.inspect()).groups.find(({ id }) => id === groupId)?.offsets[0]?.offset
    await eventually('a is committed', async () => (await committed()) === 1)

    const before = (await cluster.inspect()).groups.find(({ id }) => id === groupId)
    await cluster.killNode(before?.coordinatorId as number)
    await send(producer, topic, 'b')

    await eventually('b has come', () => values.includes('b'))
    await eventually('b is committed', async () => (await committed()) === 2)
    const after = (await cluster.inspect()).groups.find(({ id }) => id === groupId)
    expect(after?.coordinatorId).not.toBe(before?.coordinatorId)
    // A commit that the dead coordinator did not answer is no commit, so b may come twice.
    expect([...new Set(values)]).toEqual(['a', 'b'])
  })

  test('has no coordinator while the only node that keeps it is down, with offsets.topic.replication.factor 1', async () => {
    await using single = await startKafka({ nodes: 3, offsetsTopicReplicationFactor: 1 })
    const other = await connected(client(single.brokers).admin())
    await other.createTopics({ topics: [{ topic: 't', numPartitions: 1 }] })
    await single.recordRequests()
    await other.fetchOffsets({ groupId: 'g', topics: ['t'] })
    const coordinatorId = (await single.requests()).find(({ api }) => api === 'OffsetFetch')?.nodeId
    await single.stopNode(coordinatorId as number)
    const impatient = new KafkaJS({
      brokers: [...single.brokers],
      logCreator: () => () => {},
      retry: { initialRetryTime: 5, retries: 1 },
    }).admin()
    await impatient.connect()
    await expect(impatient.fetchOffsets({ groupId: 'g', topics: ['t'] })).rejects.toThrow()
    await impatient.disconnect()

    await single.startNode(coordinatorId as number)
    expect(await other.fetchOffsets({ groupId: 'g', topics: ['t'] })).toMatchObject([{ topic: 't' }])
    await other.disconnect()
  })

  test('can be made to join anew, and to do without a member', async () => {
    const topic = await newTopic()
    const groupId = newName('group')
    const consumer = await connected(
      client().consumer({ groupId, heartbeatInterval: 30, maxWaitTimeInMs: 20, rebalanceTimeout: 2_000 }),
    )
    const states: string[] = []
    const forget = cluster.on((event) => {
      if (event.type === 'group' && event.groupId === groupId) states.push(event.state)
    })
    await consumer.subscribe({ topics: [topic] })
    await consumer.run({ eachMessage: async () => {} })
    await cluster.waitForStable(groupId, 1)
    expect(states).toEqual(['PreparingRebalance', 'CompletingRebalance', 'Stable'])

    await cluster.forceRebalance(groupId)
    await eventually('it is stable again', () => states.filter((state) => state === 'Stable').length === 2)
    for (const remove of [cluster.evictMember, cluster.expireSession]) {
      const group = (await cluster.inspect()).groups.find(({ id }) => id === groupId)
      const memberId = group?.members[0]?.memberId as string
      await remove(groupId, memberId)
      await expect(remove(groupId, memberId)).rejects.toThrow(`no member '${memberId}'`)
      // The member hears of it with its next heartbeat and joins as another.
      await cluster.waitForStable(groupId, 1)
    }
    forget()
  })
})
