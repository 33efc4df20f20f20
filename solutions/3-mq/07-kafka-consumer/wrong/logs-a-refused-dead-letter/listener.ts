// mistake: logs that a dead letter was refused, and commits the record all the same
// refused by: mq-07.5
// says: the record is nowhere now
import { type EachMessagePayload, Kafka, Partitioners } from 'kafkajs'
import type { Running, World } from '#lab/subject'
import { kafkaLog } from '#payments/kafka-log'

/** What a handler is told about a record beside its value. */
export interface Delivery {
  readonly partition: number
  /** Its place in the partition. A string, as in kafkajs: it may be larger than a number can hold. */
  readonly offset: string
  readonly key: string | null
}

/** What a service says about the records it wants. */
export interface Listener<Message> {
  /** Topics and group by the names that the broker knows. */
  readonly topic: string
  readonly groupId: string
  /** Where a record goes that can't be read or not be done, for a person to look at. */
  readonly deadTopic: string
  /** On so many partitions at a time, and within each on one record after another. */
  readonly concurrency: number
  /** Turns a value into what the handler wants. Throws for one that nobody will ever be able to read. */
  read(value: Buffer): Message
  /** Does the work. Resolves when it is done for good, rejects when it could not be done. */
  handle(message: Message, delivery: Delivery): Promise<void>
}

/**
 * Short ones, so that a rebalance takes a moment. A member that is silent for sessionTimeout is given up (a broker allows no
 * less than 6 s); the others hear of that, and of a new member, with their next heartbeat.
 */
const timing = {
  sessionTimeout: 6_000,
  rebalanceTimeout: 10_000,
  heartbeatInterval: 300,
  maxWaitTimeInMs: 100,
}

/** Starts listening. `stop()` takes no more, finishes what is in work, commits it, and leaves the group. */
export async function listen<Message>(world: World, listener: Listener<Message>): Promise<Running> {
  const { topic, groupId, deadTopic, concurrency } = listener
  const kafka = new Kafka({
    clientId: 'payments-consumer',
    brokers: [...world.kafkaBrokers],
    logCreator: kafkaLog(world.log),
  })
  // In order, and once for each attempt of ours: a retry of the client's own adds no second copy.
  const graveyard = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, ...timing })
  // Retriable errors kafkajs deals with itself. After any other it stops, and the process would look healthy: it ends instead, and
  // whoever runs it starts it again.
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) process.exit(1)
  })

  async function work({ partition, message }: EachMessagePayload): Promise<void> {
    const { key, value, headers, offset } = message
    try {
      if (value === null) throw new Error('it has no value')
      await listener.handle(listener.read(value), { partition, offset, key: key?.toString() ?? null })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      world.log(`to ${deadTopic}: ${partition}/${offset}, ${reason}`)
      try {
        await graveyard.send({
          topic: deadTopic,
          acks: -1,
          messages: [
            { key, value, headers: { ...headers, reason, origin: `${topic}/${partition}/${offset}` } },
          ],
        })
      } catch (failure) {
        world.log(`could not be sent to ${deadTopic}: ${failure}`)
      }
    }
    // Behind all that, and only here. What is committed is where the group goes on: the next offset, not this one. As BigInt,
    // since a number counts only up to 2^53.
    await consumer.commitOffsets([{ topic, partition, offset: (BigInt(offset) + 1n).toString() }])
  }

  await Promise.all([graveyard.connect(), consumer.connect()])
  // For a group that has committed nothing yet: else it would begin with what comes after it has joined.
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: concurrency,
    eachMessage: work,
  })

  return {
    async stop() {
      // Waits for the handlers at work, and tells the coordinator: the partitions move at once, not after the session timeout.
      await consumer.disconnect()
      await graveyard.disconnect()
    },
  }
}
