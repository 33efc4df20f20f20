/**
 * The moves of experiments on Kafka: kafkajs as a producer and as members of groups, through the lab's proxies. Names pass
 * through `lab.name` here.
 */
import kafkajs, { type Kafka, type Consumer as KafkaConsumer, type Producer as KafkaProducer } from 'kafkajs'
import type { Lab } from '../kit/lab.ts'
import { text } from '../verdict/language.ts'
import type { Lane } from '../verdict/verdict.ts'

/** Short, since a run is watched; Kafka's least for a session. */
const sessionTimeoutMs = 6000
/** How long a fetch may wait: a member hears of a rebalance between two of them. */
const fetchWaitMs = 50

/** kafkajs as a client in one lane. */
async function kafkaIn(lab: Lab, lane: Lane, clientId: string, retries = 40): Promise<Kafka> {
  const { kafkaBrokers } = await lab.world(lane)
  return new kafkajs.Kafka({
    clientId,
    brokers: [...kafkaBrokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { initialRetryTime: 20, maxRetryTime: 200, retries },
  })
}

/** A producer, closed with the lab. With `retries: 0` an unanswered request is not sent again; with an id it can do transactions. */
export async function openKafkaProducer(
  lab: Lab,
  options: { readonly lane?: Lane; readonly retries?: number; readonly transactionalId?: string } = {},
): Promise<KafkaProducer> {
  const kafka = await kafkaIn(lab, options.lane ?? 'producer', 'producer', options.retries)
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    ...(options.transactionalId === undefined
      ? {}
      : { transactionalId: lab.name(options.transactionalId), idempotent: true, maxInFlightRequests: 1 }),
  })
  await producer.connect()
  lab.defer(() => producer.disconnect())
  return producer
}

export interface MemberRecord {
  readonly partition: number
  readonly offset: number
  readonly value: string
}

export interface Member {
  /** What it has processed so far, in order. */
  readonly records: readonly MemberRecord[]
  /** Partitions that its latest assignment gave it. */
  readonly assigned: readonly number[]
  readonly consumer: KafkaConsumer
  /** Resolves when it has processed so many. */
  has(count: number): Promise<void>
  /** Leaves the group cleanly. */
  leave(): Promise<void>
}

/** One member of a group, which reads a topic from its beginning unless the group has committed something. */
export async function joinGroup(
  lab: Lab,
  options: {
    readonly topic: string
    readonly group: string
    readonly lane?: Lane
    /** What to commit after a record, as an offset; nothing commits nothing. Default: the offset behind it. */
    readonly commits?: (record: MemberRecord) => number | undefined
    /** Also what belongs to no committed transaction. Default false, as with kafkajs: `read_committed`. */
    readonly readsUncommitted?: boolean
    /** Is done with each record before it counts as processed. What takes long calls `heartbeat` meanwhile, which throws in a rebalance. */
    readonly before?: (record: MemberRecord, heartbeat: () => Promise<void>) => Promise<void>
  },
): Promise<Member> {
  const { group, commits = ({ offset }) => offset + 1 } = options
  const topic = lab.name(options.topic)
  const kafka = await kafkaIn(lab, options.lane ?? 'consumer', group)
  const consumer = kafka.consumer({
    groupId: lab.name(group),
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: 100,
    maxWaitTimeInMs: fetchWaitMs,
    readUncommitted: options.readsUncommitted ?? false,
    allowAutoTopicCreation: false,
  })
  const records: MemberRecord[] = []
  let assigned: readonly number[] = []
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assigned = payload.memberAssignment[topic] ?? []
  })
  await consumer.connect()
  lab.defer(() => consumer.disconnect())
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachMessage({ partition, message, heartbeat }) {
      const record = { partition, offset: Number(message.offset), value: String(message.value) }
      await options.before?.(record, heartbeat)
      records.push(record)
      const offset = commits(record)
      if (offset !== undefined) await consumer.commitOffsets([{ topic, partition, offset: String(offset) }])
    },
  })
  return {
    records,
    get assigned() {
      return assigned
    },
    consumer,
    async has(count) {
      const missing = text(
        `a member of ${group} got ${records.length} of ${count} records`,
        `member của ${group} mới nhận ${records.length} trên ${count} record`,
      )
      await lab.until(missing, () => records.length >= count, { whose: 'lab' })
    },
    leave: () => consumer.disconnect(),
  }
}

/** One setting or more of a topic, all its other ones as Kafka has them by default. */
export async function configureTopic(
  lab: Lab,
  topic: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const admin = await lab.kafka.observer.admin()
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: lab.name(topic), configEntries }],
  })
}

const dayMs = 86_400_000

/**
 * The timestamp of a record that counts as so many days old. Retention and segments go by the records' own timestamps, so that days
 * pass without anybody waiting for them.
 */
export function daysAgo(days: number): string {
  return String(Date.now() - days * dayMs)
}
