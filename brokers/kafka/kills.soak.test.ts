/**
 * Hundreds of SIGKILLs at random moments while an idempotent producer writes with acks=all, another one to a topic that is
 * being compacted, and a group commits: nothing acknowledged is lost, nothing is there twice or in another order, and no
 * commit goes back.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { eventually } from '../eventually.ts'
import { createRandom, type Random } from '../random.ts'
import { scaled, seed } from '../soak.ts'
import { discardSpares, type Kafka, type KafkaOptions, prepareSpare, startKafka } from './kafka.ts'
import { type RawClient, rawConnect, readAnswer } from './raw-client.ts'
import { produce } from './wire/messages/00-produce.ts'
import { fetch } from './wire/messages/01-fetch.ts'
import { offsetCommit } from './wire/messages/08-offset-commit.ts'
import { offsetFetch } from './wire/messages/09-offset-fetch.ts'
import { findCoordinator } from './wire/messages/10-find-coordinator.ts'
import { createTopics } from './wire/messages/19-create-topics.ts'
import { initProducerId } from './wire/messages/22-init-producer-id.ts'
import { encodeBatch, readBatchHeader, recordsOf } from './wire/record-batch.ts'

const KILLS = scaled(200)
/** As many as Kafka lets an idempotent producer have. */
const IN_FLIGHT = 5
const KEYS = 20
const ORDERS = 'orders'
const BALANCES = 'balances'

afterAll(discardSpares)

interface Batch {
  readonly baseSequence: number
  readonly bytes: Buffer
}

interface State {
  readonly random: Random
  readonly producerId: number
  /** Sent and not acknowledged, in order: they are sent again on the next connection. */
  unacknowledged: Batch[]
  nextSequence: number
  acknowledged: number
  /** The latest acknowledged value of each key of the compacted topic, and how far values have come. */
  readonly balances: Map<string, number>
  nextBalance: number
  committed: number
}

function open(cluster: Kafka, nodeId = 0): Promise<RawClient> {
  return rawConnect({ host: '127.0.0.1', port: Number(cluster.brokers[nodeId]?.split(':').at(-1)) })
}

/** A client of the node that leads the topic. */
async function openLeader(cluster: Kafka, name: string): Promise<RawClient> {
  const topic = (await cluster.inspect()).topics.find((one) => one.name === name)
  return open(cluster, topic?.partitions[0]?.leaderId)
}

/** A client of the node that looks after the group. */
async function openCoordinator(cluster: Kafka): Promise<RawClient> {
  const client = await open(cluster)
  const found = await client.call(findCoordinator, 1, { key: 'g' })
  client.cut()
  return open(cluster, found?.nodeId)
}

function sendBatch(client: RawClient, topic: string, records: Buffer): void {
  const topics = [{ name: topic, partitions: [{ index: 0, records }] }]
  client.send(produce, 7, { transactionalId: null, acks: -1, timeoutMs: 30_000, topics })
}

async function nextProduced(client: RawClient): Promise<number | undefined> {
  const frame = await client.next()
  if (frame === undefined) return undefined
  const { topics } = readAnswer(produce, 7, frame)
  const [partition] = topics[0]?.partitions ?? []
  if (partition?.errorCode !== 0) throw new Error(`produce was answered with ${partition?.errorCode}`)
  return partition.baseOffset
}

/** Writes until the connection ends; the base offset of a batch must be its sequence, since nothing else is written. */
async function writeOrders(cluster: Kafka, state: State): Promise<void> {
  const client = await openLeader(cluster, ORDERS)
  for (const { bytes } of state.unacknowledged) sendBatch(client, ORDERS, bytes)
  for (;;) {
    while (state.unacknowledged.length < IN_FLIGHT) {
      const batch = newBatch(state)
      state.unacknowledged.push(batch)
      sendBatch(client, ORDERS, batch.bytes)
    }
    const baseOffset = await nextProduced(client)
    if (baseOffset === undefined) return
    const done = state.unacknowledged.shift() as Batch
    expect(baseOffset).toBe(done.baseSequence)
    state.acknowledged = done.baseSequence + readBatchHeader(done.bytes).count
  }
}

function newBatch(state: State): Batch {
  const { random, producerId, nextSequence: baseSequence } = state
  const records = Array.from({ length: 1 + random.below(20) }, (_, at) => ({
    value: Buffer.from(
      `${baseSequence + at} ${'x'.repeat(random.below(random.below(20) === 0 ? 20_000 : 400))}`,
    ),
  }))
  state.nextSequence += records.length
  const bytes = encodeBatch(records, {
    baseTimestamp: Date.now(),
    producerId,
    producerEpoch: 0,
    baseSequence,
  })
  return { baseSequence, bytes }
}

async function writeBalances(cluster: Kafka, state: State): Promise<void> {
  const client = await openLeader(cluster, BALANCES)
  for (;;) {
    const [key, value] = [`k${state.random.below(KEYS)}`, state.nextBalance++]
    const record = { key: Buffer.from(key), value: Buffer.from(String(value)) }
    sendBatch(client, BALANCES, encodeBatch([record], { baseTimestamp: Date.now() }))
    if ((await nextProduced(client)) === undefined) return
    state.balances.set(key, value)
  }
}

async function commitOffsets(cluster: Kafka, state: State): Promise<void> {
  const client = await openCoordinator(cluster)
  for (;;) {
    const committedOffset = state.committed + 1
    const partitions = [{ index: 0, committedOffset, committedMetadata: null }]
    const answer = await client.call(offsetCommit, 2, {
      groupId: 'g',
      topics: [{ name: ORDERS, partitions }],
    })
    if (answer === undefined) return
    expect(answer.topics[0]?.partitions[0]?.errorCode).toBe(0)
    state.committed = committedOffset
  }
}

/** What was committed is there: one more at most, whose answer the kill cut off. */
async function expectCommit(cluster: Kafka, state: State): Promise<void> {
  const client = await openCoordinator(cluster)
  const topics = [{ name: ORDERS, partitions: [0] }]
  const answer = await client.call(offsetFetch, 1, { groupId: 'g', topics })
  const found = answer?.topics[0]?.partitions[0]?.committedOffset ?? -1
  expect([state.committed, state.committed + 1]).toContain(Math.max(0, found))
  state.committed = Math.max(0, found)
  client.cut()
}

async function readTopic(cluster: Kafka, topic: string): Promise<{ key: string; value: string }[]> {
  const client = await openLeader(cluster, topic)
  const found: { key: string; value: string }[] = []
  for (let fetchOffset = 0; ; ) {
    const partitions = [{ index: 0, fetchOffset, maxBytes: 4_000_000 }]
    const answer = await client.call(fetch, 4, {
      maxWaitMs: 0,
      minBytes: 1,
      isolationLevel: 0,
      topics: [{ name: topic, partitions }],
    })
    const records = answer?.topics[0]?.partitions[0]?.records as Buffer | null | undefined
    if (records === undefined || records === null || records.length === 0) break
    for (let at = 0; at < records.length; ) {
      const header = readBatchHeader(records, at)
      for (const { key, value } of recordsOf(records.subarray(at, at + header.bytes)))
        found.push({ key: String(key), value: String(value).split(' ')[0] as string })
      fetchOffset = header.baseOffset + header.lastOffsetDelta + 1
      at += header.bytes
    }
  }
  client.cut()
  return found
}

/** While it was down, a connection of another program may have been given its port for a moment. */
function restart(cluster: Kafka): Promise<void> {
  return eventually('the ports are free again', async () => {
    try {
      await cluster.restart()
      return true
    } catch (error) {
      if (error instanceof Error && error.message.includes('in use by another program')) return false
      throw error
    }
  })
}

async function begin(cluster: Kafka): Promise<State> {
  const client = await open(cluster)
  const configs = [{ name: 'segment.bytes', value: '1048576' }]
  const compacted = [...configs, { name: 'cleanup.policy', value: 'compact' }]
  const topics = [
    { name: ORDERS, numPartitions: 1, replicationFactor: -1, assignments: [], configs },
    { name: BALANCES, numPartitions: 1, replicationFactor: -1, assignments: [], configs: compacted },
  ]
  await client.call(createTopics, 4, { topics, timeoutMs: 10_000, validateOnly: false })
  const answer = await client.call(initProducerId, 1, { transactionalId: null, transactionTimeoutMs: 60_000 })
  client.cut()
  return {
    random: createRandom(seed),
    producerId: answer?.producerId ?? -1,
    unacknowledged: [],
    nextSequence: 0,
    acknowledged: 0,
    balances: new Map(),
    nextBalance: 0,
    committed: 0,
  }
}

const cases: readonly (readonly [string, KafkaOptions])[] = [
  ['os, little memory', { durability: 'os', memoryBytesMax: 50_000 }],
  ['fsync', { durability: 'fsync' }],
  ['three nodes', { nodes: 3, defaultReplicationFactor: 3 }],
]

test.each(cases)(`a cluster (%s) loses nothing in ${KILLS} kills (MQ_SEED=${seed})`, async (_, options) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'kafka-soak-'))
  const cluster = await startKafka({ ...options, runsIn: 'child', dataDir })
  const state = await begin(cluster)
  for (let kill = 0; kill < KILLS; kill++) {
    const clients = [
      writeOrders(cluster, state),
      writeBalances(cluster, state),
      commitOffsets(cluster, state),
    ]
    const before = state.acknowledged
    await prepareSpare()
    // The kill comes at a random moment, and now and then in the middle of a cleaning.
    const lastsMs = state.random.below(60)
    await new Promise((resolve) => setTimeout(resolve, lastsMs))
    if (kill % 3 === 0) cluster.compact(BALANCES).catch(() => {})
    await cluster.kill()
    await Promise.all(clients)
    expect(state.acknowledged).toBeGreaterThanOrEqual(before)
    await restart(cluster)
    await expectCommit(cluster, state)
  }
  const values = (await readTopic(cluster, ORDERS)).map(({ value }) => Number(value))
  expect(values.length).toBeGreaterThanOrEqual(state.acknowledged)
  expect(values).toEqual(values.map((_value, at) => at))
  expect(state.acknowledged).toBeGreaterThan(KILLS)
  const latest = new Map((await readTopic(cluster, BALANCES)).map(({ key, value }) => [key, Number(value)]))
  for (const [key, value] of state.balances) expect(latest.get(key)).toBeGreaterThanOrEqual(value)
  await cluster.stop()
  await rm(dataDir, { recursive: true, force: true })
})
