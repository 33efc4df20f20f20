/** How the messages of a played design travel: by a queue for each reader on RabbitMQ, or by a topic for all of them on Kafka. */
import kafkajs from 'kafkajs'
import type { Lab } from '../kit/lab.ts'
import type { Carrier } from '../lint/design.ts'

export interface Carriage {
  /** Makes room for a message. Each of its readers will get all of it, whoever else reads it. */
  declare(message: string, readers: readonly string[]): Promise<void>
  /** Resolves when the broker has it. Answers the partition it lies in; undefined where there are none. */
  send(message: string, body: string, key?: string): Promise<number | undefined>
  /**
   * Begins to read, one after another; what was handled is acknowledged, or committed. Answers what stops it: as in a deployment, what comes
   * meanwhile waits for whoever reads next under this name.
   */
  read(message: string, reader: string, handle: (body: string) => Promise<void>): Promise<() => Promise<void>>
  /** How many wait for this reader, who does not read just now. */
  behind(message: string, reader: string): Promise<number>
}

/** Of each topic. Fewer would let a bad key get away, since everything would lie in one. */
const partitions = 3
/** Kafka's least for a session. */
const sessionTimeoutMs = 6000
/** How long a fetch may wait: a reader who is stopped ends it first. */
const fetchWaitMs = 50

/** The carriages of a lab that plays on both brokers. */
export function carriagesOf(lab: Lab): Readonly<Record<Carrier, Carriage>> {
  return { rabbitmq: new Queues(lab), kafka: new Topics(lab) }
}

class Queues implements Carriage {
  readonly #lab: Lab
  readonly #exchange: string

  constructor(lab: Lab) {
    this.#lab = lab
    this.#exchange = lab.name('messages')
  }

  async declare(message: string, readers: readonly string[]): Promise<void> {
    const channel = await this.#lab.observer.channel()
    await channel.assertExchange(this.#exchange, 'direct', { durable: true })
    for (const reader of readers) {
      const { queue } = await channel.assertQueue(this.#lab.name(reader), { durable: true })
      await channel.bindQueue(queue, this.#exchange, message)
    }
    await channel.close()
  }

  async send(message: string, body: string): Promise<undefined> {
    await this.#lab.observer.publish({ exchange: this.#exchange, routingKey: message, body })
  }

  async read(_: string, reader: string, handle: (body: string) => Promise<void>) {
    const channel = await this.#lab.observer.channel()
    // The next one comes when this one is done: one after another, as on a partition.
    await channel.prefetch(1)
    let inHand: Promise<void> = Promise.resolve()
    const { consumerTag } = await channel.consume(this.#lab.name(reader), (delivery) => {
      if (delivery === null) return
      inHand = handle(delivery.content.toString()).then(() => channel.ack(delivery))
    })
    return async () => {
      await channel.cancel(consumerTag)
      await inHand
      await channel.close()
    }
  }

  async behind(_: string, reader: string): Promise<number> {
    const { queues } = await this.#lab.inspect()
    return queues.find(({ name }) => name === this.#lab.name(reader))?.ready ?? 0
  }
}

class Topics implements Carriage {
  readonly #lab: Lab
  readonly #topics = new Map<string, string>()

  constructor(lab: Lab) {
    this.#lab = lab
  }

  async declare(message: string): Promise<void> {
    if (this.#topics.has(message)) return
    // Topics may not be called everything that a message may; the number keeps apart what then looks alike.
    const topic = this.#lab.name(`${named(message)}-${this.#topics.size}`)
    this.#topics.set(message, topic)
    await this.#lab.kafka.observer.createTopic(topic, { partitions })
  }

  async send(message: string, body: string, key?: string): Promise<number | undefined> {
    const record = key === undefined ? { value: body } : { value: body, key }
    const [place] = await this.#lab.kafka.observer.produce(this.#topicOf(message), [record])
    return place?.partition
  }

  async read(message: string, reader: string, handle: (body: string) => Promise<void>) {
    const consumer = new kafkajs.Kafka({
      clientId: reader,
      brokers: this.#lab.kafka.addresses.map(({ host, port }) => `${host}:${port}`),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { initialRetryTime: 20, maxRetryTime: 200, retries: 40 },
    }).consumer({
      groupId: this.#groupOf(reader),
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: 100,
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
    })
    // Also when the scenario is given up. A second time does nothing.
    this.#lab.defer(() => consumer.disconnect())
    await consumer.connect()
    await consumer.subscribe({ topics: [this.#topicOf(message)], fromBeginning: true })
    await consumer.run({ eachMessage: async ({ message: { value } }) => await handle(String(value)) })
    return () => consumer.disconnect()
  }

  behind(message: string, reader: string): Promise<number> {
    return this.#lab.kafka.lag(this.#groupOf(reader), this.#topicOf(message))
  }

  #groupOf(reader: string): string {
    return this.#lab.name(named(reader))
  }

  #topicOf(message: string): string {
    const topic = this.#topics.get(message)
    if (topic === undefined) throw new Error(`${message} was never declared`)
    return topic
  }
}

const nameLengthMax = 100
const named = (name: string): string => name.replaceAll(/[^\w.-]/g, '-').slice(0, nameLengthMax)
