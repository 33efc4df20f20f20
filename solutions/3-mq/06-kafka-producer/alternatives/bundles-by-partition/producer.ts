// way: bundles what waits for one partition into one request, and still one request at a time

/** A producer whose "sent" means: in the log, once, at the place that it answers. */

import { Kafka, type Producer as KafkaProducer, Partitioners } from 'kafkajs'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { kafkaLog } from '#payments/kafka-log'

/** Where a record lies in the log. */
export interface Placed {
  readonly partition: number
  /** A 64-bit number, as text. */
  readonly offset: string
}

/** What differs from one use to the next. */
export interface Settings {
  /** Who has to have a record before it counts as sent: all in-sync replicas (-1), the leader (1), nobody (0). */
  readonly acks?: -1 | 0 | 1
  /** How often a send is tried again before it is given up. */
  readonly retries?: number
}

/** What the rest of the service uses. */
export interface Producer {
  /**
   * Resolves with the place where the record lies; with undefined for acks 0, where nobody tells. Rejects with
   * OutcomeUnknown when nobody can know, with another error when the record is certainly not in the log.
   */
  sendMessage(topic: string, key: string, message: Envelope): Promise<Placed | undefined>
  /** Waits for what is being sent, then disconnects. */
  stop(): Promise<void>
}

/** Nobody can know whether the record is in the log. Whoever sends it again keeps its id, so that readers can tell. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}

/** 50, 100, 200 … 5,000 ms: with ten of them an outage of 20 s is outlasted. kafkajs spreads each by 20 %. */
const backoff = { initialRetryTime: 50, multiplier: 2, maxRetryTime: 5000 }
const retriesByDefault = 10

/** A message that waits for its turn. */
interface Waiting {
  readonly topic: string
  readonly partition: number
  readonly key: string
  readonly message: Envelope
  resolve(placed: Placed | undefined): void
  reject(error: unknown): void
}

/** So many records go in one request at most. */
const bundleMax = 100

/** What a broker answers when it has looked at the record and will never take it. */
const refusals = [
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
]

export async function start(
  world: World,
  { acks = -1, retries = retriesByDefault }: Settings = {},
): Promise<Producer> {
  const kafka = new Kafka({
    clientId: 'payments-producer',
    brokers: [...world.kafkaBrokers],
    // Said in full: given without `retries`, kafkajs falls back to 5, idempotent or not.
    retry: { ...backoff, retries },
    logCreator: kafkaLog(world.log),
  })
  let connected: Promise<KafkaProducer> | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function connect(): Promise<KafkaProducer> {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      // Without confirmation there is nothing to repeat, so kafkajs refuses idempotence with acks 0 and 1.
      idempotent: acks === -1,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    return producer
  }

  function producer(): Promise<KafkaProducer> {
    connected ??= connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }

  /**
   * One send after another, retries included. kafkajs 2.2.4 counts a batch's sequence back when its send fails: a send
   * that slips in meanwhile gets the same number, and the broker takes it for a repetition of the first.
   */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }

  const waiting: Waiting[] = []
  const partitionCounts = new Map<string, Promise<number>>()
  const partitioner = Partitioners.DefaultPartitioner()

  /** As the producer would choose it. Asked once for each topic: partitions that are added later need a restart. */
  async function partitionOf(topic: string, key: string): Promise<number> {
    const known = partitionCounts.get(topic) ?? countPartitions(topic)
    partitionCounts.set(topic, known)
    const partitionMetadata = Array.from({ length: await known }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: [],
    }))
    return partitioner({ topic, partitionMetadata, message: { key, value: null } })
  }

  async function countPartitions(topic: string): Promise<number> {
    const admin = kafka.admin()
    await admin.connect()
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]?.partitions.length ?? 0
    } finally {
      await admin.disconnect()
    }
  }

  /** Sends the first that waits, with all others of its partition. A request to several nodes can succeed by halves. */
  async function sendNext(): Promise<void> {
    const [first] = waiting
    // An earlier turn has taken it along.
    if (first === undefined) return
    const { topic, partition } = first
    const bundle = waiting.filter((each) => each.topic === topic && each.partition === partition)
    bundle.splice(bundleMax)
    for (const each of bundle) waiting.splice(waiting.indexOf(each), 1)
    const current = await producer()
    try {
      const messages = bundle.map(({ key, message }) => ({ key, value: JSON.stringify(message), partition }))
      const [placed] = await current.send({ topic, acks, messages })
      for (const [at, { resolve }] of bundle.entries()) {
        if (placed?.baseOffset === undefined) resolve(undefined)
        else resolve({ partition, offset: String(BigInt(placed.baseOffset) + BigInt(at)) })
      }
    } catch (error) {
      if (refusals.includes((error as { type?: string }).type ?? '')) {
        // One of them is at fault, and none was taken.
        for (const { reject } of bundle) reject(error)
        return
      }
      connected = undefined
      await current.disconnect().catch(() => {})
      for (const { message, reject } of bundle)
        reject(new OutcomeUnknown(`nobody knows whether ${message.id} is in ${topic}`, { cause: error }))
    }
  }

  await producer()
  return {
    async sendMessage(topic, key, message) {
      const partition = await partitionOf(topic, key)
      return new Promise((resolve, reject) => {
        waiting.push({ topic, partition, key, message, resolve, reject })
        void inTurn(sendNext)
      })
    },
    stop: () => inTurn(async () => (await connected)?.disconnect()),
  }
}
