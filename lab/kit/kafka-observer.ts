/**
 * The lab's own client of Kafka. It talks to the cluster directly, past the proxies, so that faults never touch it and its
 * requests never show up among the subject's.
 */
import type * as kafkajs from 'kafkajs'
import type { Address } from '#brokers/engines'
import type { FoundRecord, ReadOptions } from './kafka-reader.ts'
import { sleepMs } from './waiting.ts'

/** A topic for the observer to create. */
export interface NewTopic {
  /** Default 1. */
  readonly partitions?: number
  /** Default: as many as there are nodes. */
  readonly replicas?: number
  /** By Kafka's own names: `{ 'min.insync.replicas': '2' }`. */
  readonly config?: Readonly<Record<string, string>>
}

/** A record for the observer to produce. */
export interface NewRecord {
  readonly key?: string | null
  readonly value: Buffer | string | null
  /** Default: where its key belongs. */
  readonly partition?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Where a record went. */
export interface RecordPlace {
  readonly partition: number
  readonly offset: number
}

/** How long to go on trying while a node is down, a leader is being elected, or a node of a real cluster has not heard of a topic: 12 s. */
const retry = { initialRetryTime: 30, maxRetryTime: 300, retries: 40 }

/** Only the lab waits for it, and nobody is judged by it: generous. */
const ledMsMax = 30_000
/** No node announces that it has heard of a topic: each look asks one of them. */
const lookAgainMs = 10

export class KafkaObserver {
  readonly #addresses: () => readonly Address[]
  #kafka: kafkajs.Kafka | undefined
  readonly #created = new Set<string>()
  #admin: Promise<kafkajs.Admin> | undefined
  #producer: Promise<kafkajs.Producer> | undefined

  constructor(addresses: () => readonly Address[]) {
    this.#addresses = addresses
  }

  /** Creates a topic, of which nothing is left to defaults, and waits until it has leaders. */
  async createTopic(topic: string, { partitions = 1, replicas, config = {} }: NewTopic = {}): Promise<void> {
    if (this.#created.has(topic)) throw new Error(`there is a topic ${topic} already`)
    this.#created.add(topic)
    const admin = await this.admin()
    // Whether it is new is no question: kafkajs asks again when an answer is late, and finds what it has made itself.
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: replicas ?? this.#addresses().length,
          configEntries: Object.entries(config).map(([name, value]) => ({ name, value })),
        },
      ],
    })
    await untilLed(admin, topic)
  }

  /** Produces with acks=all, in order; answers where each record went. */
  async produce(topic: string, records: readonly NewRecord[]): Promise<RecordPlace[]> {
    const producer = await this.#producing()
    const places: RecordPlace[] = []
    for (const { key = null, value, partition, headers } of records) {
      const message: kafkajs.Message = {
        key,
        value,
        ...(partition === undefined ? {} : { partition }),
        ...(headers === undefined ? {} : { headers: { ...headers } }),
      }
      const [stored] = await producer.send({ topic, acks: -1, messages: [message] })
      places.push({ partition: stored?.partition ?? -1, offset: Number(stored?.baseOffset ?? -1) })
    }
    return places
  }

  /** All records of a topic, by partition and offset. Joins no group and commits nothing. */
  async read(topic: string, options: ReadOptions = {}): Promise<FoundRecord[]> {
    const { readTopic } = await import('./kafka-reader.ts')
    let trouble: unknown
    for (const address of this.#addresses()) {
      try {
        return await readTopic(address, topic, options)
      } catch (error) {
        // A node that is down; another one knows as much.
        trouble = error
      }
    }
    throw trouble
  }

  /** kafkajs's admin client, connected: for what the lab has no words of its own for. */
  async admin(): Promise<kafkajs.Admin> {
    this.#admin ??= this.#connected((kafka) => kafka.admin({ retry }))
    return await this.#admin
  }

  /** Not bounded: where the cluster is gone, nobody answers. */
  async close(): Promise<void> {
    const opened = [this.#admin, this.#producer]
    for (const opening of opened) {
      const client = await opening?.catch(() => undefined)
      await client?.disconnect().catch(() => {})
    }
  }

  #producing(): Promise<kafkajs.Producer> {
    this.#producer ??= this.#connected((kafka, { Partitioners }) =>
      kafka.producer({
        createPartitioner: Partitioners.DefaultPartitioner,
        allowAutoTopicCreation: false,
        retry,
      }),
    )
    return this.#producer
  }

  /** kafkajs is loaded with the first Kafka (kafka-engine.ts): labs on RabbitMQ alone do without. */
  async #connected<Client extends { connect(): Promise<void> }>(
    open: (kafka: kafkajs.Kafka, library: Omit<typeof kafkajs, 'default'>) => Client,
  ): Promise<Client> {
    const { default: library } = await import('kafkajs')
    this.#kafka ??= new library.Kafka({
      clientId: 'lab-observer',
      brokers: () => this.#addresses().map(({ host, port }) => `${host}:${port}`),
      logLevel: library.logLevel.NOTHING,
      connectionTimeout: 2000,
      retry,
    })
    const client = open(this.#kafka, library)
    await client.connect()
    return client
  }
}

/** A node of a real cluster hears of a new topic a moment after its controller has made it; kafkajs takes "never heard of it" for final. */
async function untilLed(admin: kafkajs.Admin, topic: string): Promise<void> {
  for (const deadline = performance.now() + ledMsMax; ; ) {
    const late = performance.now() > deadline
    const found = await admin.fetchTopicMetadata({ topics: [topic] }).catch((error: unknown) => {
      if (late) throw error
    })
    const partitions = found?.topics[0]?.partitions ?? []
    if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) return
    if (late) throw new Error(`the partitions of ${topic} have no leaders after ${ledMsMax / 1000} s`)
    await sleepMs(lookAgainMs)
  }
}
