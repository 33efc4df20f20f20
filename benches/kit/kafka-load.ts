/** What kafkajs does to a Kafka in a bench: sends of one or many records, some in flight, and consuming. */
import { performance } from 'node:perf_hooks'
import kafkajs, { type Producer } from 'kafkajs'
import type { KafkaContender } from './kafka-field.ts'

// Not every name of this CommonJS package can be imported by name.
const { Kafka: KafkaJS, Partitioners } = kafkajs

/** 1 KB: what every figure in this folder is about. */
const value = Buffer.alloc(1024, 'x')
const FILL_RECORDS = 1_000

export const clientOf = ({ brokers }: KafkaContender) =>
  new KafkaJS({ clientId: 'bench', brokers: [...brokers], logCreator: () => () => {} })

/** Makes a topic with a record in it, hands a producer over, and deletes the topic. */
export async function onTopic<T>(
  contender: KafkaContender,
  act: (producer: Producer, topic: string) => Promise<T>,
  { partitions = 1 }: { readonly partitions?: number } = {},
): Promise<T> {
  const topic = `bench-${process.pid}-${Math.random().toString(36).slice(2)}`
  const client = clientOf(contender)
  const admin = client.admin()
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await Promise.all([admin.connect(), producer.connect()])
  const { replicationFactor } = contender
  await admin.createTopics({
    topics: [{ topic, numPartitions: partitions, replicationFactor }],
  })
  try {
    // A leader that is known serves only a little later: what is measured begins behind that.
    await producer.send({ topic, acks: -1, messages: [{ value }] })
    return await act(producer, topic)
  } finally {
    await admin.deleteTopics({ topics: [topic] })
    await Promise.all([admin.disconnect(), producer.disconnect()])
  }
}

export interface Sends {
  /** All that were sent, those of the warm-up included. */
  readonly records: number
  readonly recordsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** Sends `perSend` records at a time with acks=all, with `inFlight` sends at a time. */
export async function produce(
  producer: Producer,
  topic: string,
  options: { perSend: number; inFlight: number; warmUpMs: number; measuredMs: number },
): Promise<Sends> {
  const { perSend, inFlight, warmUpMs, measuredMs } = options
  const messages = Array.from({ length: perSend }, () => ({ value }))
  const latencies: number[] = []
  let sends = 0
  const began = performance.now()
  const sendOn = async () => {
    for (let at = began; at - began < warmUpMs + measuredMs; ) {
      await producer.send({ topic, acks: -1, messages })
      sends++
      const now = performance.now()
      if (at - began > warmUpMs) latencies.push(now - at)
      at = now
    }
  }
  await Promise.all(Array.from({ length: inFlight }, sendOn))
  const tookMs = performance.now() - began - warmUpMs
  latencies.sort((a, b) => a - b)
  const share = (part: number) => latencies[Math.floor(latencies.length * part)] ?? 0
  return {
    records: sends * perSend,
    recordsPerSecond: (latencies.length * perSend * 1000) / tookMs,
    p50Ms: share(0.5),
    p99Ms: share(0.99),
  }
}

/** Leaves `count` records in the topic, a thousand in a batch. */
export async function fill(producer: Producer, topic: string, count: number): Promise<void> {
  const messages = Array.from({ length: FILL_RECORDS }, () => ({ value }))
  for (let sent = 0; sent < count; sent += FILL_RECORDS) await producer.send({ topic, acks: -1, messages })
}

/** Records a second from the first to the `count`th that a fresh group is handed. */
export async function consume(
  contender: KafkaContender,
  topic: string,
  { by, count }: { by: 'eachMessage' | 'eachBatch'; count: number },
): Promise<number> {
  const consumer = clientOf(contender).consumer({ groupId: `${topic}-${by}`, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  let [seen, first, last] = [0, 0, 0]
  await new Promise<void>((resolve, reject) => {
    const take = (records: number) => {
      if (seen === 0) first = performance.now()
      if (seen < count && seen + records >= count) {
        last = performance.now()
        resolve()
      }
      seen += records
    }
    const run =
      by === 'eachMessage'
        ? consumer.run({ eachMessage: async () => take(1) })
        : consumer.run({ eachBatch: async ({ batch }) => take(batch.messages.length) })
    run.catch(reject)
  })
  await consumer.disconnect()
  return (count * 1000) / (last - first)
}

/** Sends at a steady rate and gives how long each record took to its consumer and to its acknowledgement, in ms. */
export async function steadily(
  contender: KafkaContender,
  producer: Producer,
  topic: string,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<{ delivered: number[]; acknowledged: number[] }> {
  const count = perSecond * seconds
  const [delivered, acknowledged]: [number[], number[]] = [[], []]
  const consumer = clientOf(contender).consumer({ groupId: topic })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    const finish = () => {
      if (delivered.length === count && acknowledged.length === count) resolve()
    }
    const send = async () => {
      const at = performance.now()
      await producer.send({ topic, acks: -1, messages: [{ key: String(at), value }] })
      acknowledged.push(performance.now() - at)
      finish()
    }
    let sent = 0
    const begin = () => {
      const began = performance.now()
      const timer = setInterval(() => {
        const due = Math.min(count, Math.floor(((performance.now() - began) / 1000) * perSecond))
        for (; sent < due; sent++) send().catch(reject)
        if (sent === count) clearInterval(timer)
      }, 1)
    }
    const eachMessage = async ({ message }: { message: { key: Buffer | null } }) => {
      // The record that the topic began with: from now on the consumer waits for the next one.
      if (message.key === null) return begin()
      delivered.push(performance.now() - Number(message.key))
      finish()
    }
    consumer.run({ eachMessage }).catch(reject)
  })
  await consumer.disconnect()
  return { delivered, acknowledged }
}
