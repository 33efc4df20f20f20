/**
 * One seeded run as in `run.ts`, with the real kafkajs: what it retries and recovers by itself is its own. Whatever it does not
 * confirm is unknown, and a producer that has failed is replaced: kafkajs would give the next batch the sequence of the lost one.
 */
import kafkajs, { type Consumer, type Producer } from 'kafkajs'
import { createRandom, type Random } from '../../random.ts'
import type { Address } from '../raw-client.ts'
import type { KafkaServer } from '../server.ts'
import { ClusterClient } from './cluster-client.ts'
import { type History, type Outcome, Recorder } from './history.ts'
import { heal, nemesis } from './nemesis.ts'
import { createTopic, finalReads, PARTITIONS, TOPIC } from './stage.ts'

// Not every name of this CommonJS package can be imported by name.
const { Kafka: KafkaJS, Partitioners } = kafkajs

type Kind = 'plain' | 'idempotent' | 'transactional'

/**
 * One transactional producer only: kafkajs 2.2.4 goes through the list of aborted transactions in the order in which they
 * ended, so where two overlap its consumers are handed aborted records, by Kafka 4.3.1 as well.
 */
const KINDS: readonly Kind[] = ['plain', 'idempotent', 'transactional']
/** Longer than kafkajs needs to find its way again. */
const LASTS_MS_MAX = 150
/** It does not count its attempts for us: more than one. */
const ATTEMPTS = 2

interface Process {
  readonly name: string
  readonly kind: Kind
  readonly random: Random
  readonly recorder: Recorder
  readonly steps: number
  newProducer(): Promise<Producer>
}

/** Runs against a cluster of three nodes without topics. @throws Error if peace does not come */
export async function runKafkajsHistory(
  server: KafkaServer,
  ports: readonly number[],
  { seed, steps = 20 }: { seed: number; steps?: number },
): Promise<History> {
  const recorder = new Recorder()
  const addresses = ports.map((port): Address => ({ host: '127.0.0.1', port }))
  const raw = new ClusterClient({ addresses, topic: TOPIC, random: createRandom(seed), dropsOf100: 0 })
  let isOver = false
  const common = { recorder, topic: TOPIC, partitions: PARTITIONS, isOver: () => isOver }
  const stage = { ...common, name: 'final', client: raw, random: createRandom(seed), steps }
  const open: { disconnect(): Promise<void> }[] = []
  try {
    await createTopic(stage)
    const client = newClient(ports)
    const consumers = await Promise.all(
      [true, false].map((isCommitted) => consume(client, { recorder, isCommitted })),
    )
    open.push(...consumers)
    const context = { ...common, server, lastsMsMax: LASTS_MS_MAX, random: createRandom(seed * 7 + 1) }
    const disturbing = nemesis(context)
    await Promise.all(
      KINDS.map((kind, at) => {
        const name = `${kind}-${at}`
        const newProducer = async () => {
          for (;;) {
            const producer = client.producer(producerOptions(kind, name))
            open.push(producer)
            if (await isConnected(producer)) return producer
          }
        }
        const process = { name, kind, recorder, steps, newProducer, random: createRandom(seed * 11 + at) }
        return kind === 'transactional' ? transact(process) : produce(process)
      }),
    )
    isOver = true
    await disturbing
    await heal(context)
    const transactionalIds = KINDS.flatMap((kind, at) => (kind === 'transactional' ? [`${kind}-${at}`] : []))
    return recorder.finish(await finalReads(stage, { transactionalIds, groups: [] }))
  } finally {
    isOver = true
    raw.close()
    await Promise.all(open.map((one) => one.disconnect().catch(() => {})))
  }
}

const newClient = (ports: readonly number[]) =>
  new KafkaJS({
    clientId: 'history',
    brokers: ports.map((port) => `127.0.0.1:${port}`),
    logCreator: () => () => {},
    connectionTimeout: 500,
    requestTimeout: 1_000,
    retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 12 },
  })

const producerOptions = (kind: Kind, transactionalId: string) => ({
  createPartitioner: Partitioners.DefaultPartitioner,
  ...(kind === 'plain' ? {} : { idempotent: true, maxInFlightRequests: 1 }),
  ...(kind === 'transactional' ? { transactionalId } : {}),
})

/**
 * One whose connect() failed may have got no producer id, and sends all the same: kafkajs 2.2.4 counts it as connected before it has asked
 * for one, and what it sends then is not idempotent.
 */
const isConnected = (producer: Producer): Promise<boolean> =>
  producer.connect().then(
    () => true,
    () => false,
  )

async function produce(process: Process): Promise<void> {
  let producer = await process.newProducer()
  for (let step = 0; step < process.steps; step++) {
    if ((await send(process, producer, `${process.name}.${step}`)) !== 'ok')
      producer = await process.newProducer()
  }
}

async function transact(process: Process): Promise<void> {
  let producer = await process.newProducer()
  for (let step = 0; step < process.steps; step++) {
    if (!(await transactOnce(process, producer, `${process.name}.${step}`)))
      producer = await process.newProducer()
  }
}

/** Gives whether the producer may go on. */
async function transactOnce(process: Process, producer: Producer, name: string): Promise<boolean> {
  const { random, recorder } = process
  const transaction = await producer.transaction().catch(() => undefined)
  if (transaction === undefined) return false
  for (let count = 1 + random.below(3); count > 0; count--) {
    const sent = await send(process, transaction, `${name}.${count}`, name)
    if (sent !== 'ok') return false
  }
  const isCommit = random.below(4) > 0
  const invokedAt = recorder.begin()
  const outcome = await outcomeOf(isCommit ? transaction.commit() : transaction.abort())
  recorder.end(invokedAt, { kind: 'end', process: process.name, transaction: name, isCommit, outcome })
  return outcome === 'ok'
}

async function send(
  { name, kind, random, recorder }: Process,
  sender: Pick<Producer, 'send'>,
  value: string,
  transaction?: string,
): Promise<Outcome> {
  const partition = random.below(PARTITIONS)
  const invokedAt = recorder.begin()
  const sending = sender.send({ topic: TOPIC, acks: -1, messages: [{ partition, value }] })
  const outcome = await outcomeOf(sending)
  const offset = outcome === 'ok' ? Number((await sending)[0]?.baseOffset) : -1
  recorder.end(invokedAt, {
    kind: 'write',
    process: name,
    partition,
    values: [value],
    isIdempotent: kind !== 'plain',
    attempts: ATTEMPTS,
    outcome,
    offset,
    ...(transaction === undefined ? {} : { transaction }),
  })
  return outcome
}

/** What kafkajs does not confirm may have happened. */
async function outcomeOf(asked: Promise<unknown>): Promise<Outcome> {
  return asked.then(
    () => 'ok' as const,
    () => 'unknown' as const,
  )
}

/** A consumer in a group of its own; what it is handed in one piece is a read from its first to its last offset. */
async function consume(
  client: InstanceType<typeof KafkaJS>,
  { recorder, isCommitted }: { recorder: Recorder; isCommitted: boolean },
): Promise<Consumer> {
  const name = isCommitted ? 'committed' : 'all'
  const consumer = client.consumer({ groupId: name, readUncommitted: !isCommitted, maxWaitTimeInMs: 20 })
  await consumer.connect()
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch: { partition, messages } }) => {
      const records = messages.map(({ offset, value }) => ({ offset: Number(offset), value: String(value) }))
      const [first, last] = [records.at(0), records.at(-1)]
      if (first === undefined || last === undefined) return
      const stretch = { from: first.offset, upTo: last.offset + 1, records, isOutOfRange: false }
      recorder.end(recorder.begin(), { kind: 'read', process: name, partition, isCommitted, ...stretch })
    },
  })
  return consumer
}
