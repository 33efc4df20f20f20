// mistake: leaves retries to the caller, who has none
// refused by: failure-04.2
// says: could not be sent

import { Kafka, Partitioners } from 'kafkajs'
import type { Running, World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { kafkaLog } from '#payments/kafka-log'

export interface Producer {
  /** Resolves when all in-sync replicas have the event, however long that takes. One partition, one record after another. */
  send(event: Envelope): Promise<void>
  stop(): Promise<void>
}

/** The waits of backoff.ts, in kafkajs' words; it draws each by itself. So many retries outlast every outage. */
const retry = { initialRetryTime: 50, multiplier: 2, maxRetryTime: 2000, retries: 0 }

function connectTo(world: World, clientId: string): Kafka {
  return new Kafka({ clientId, brokers: [...world.kafkaBrokers], retry, logCreator: kafkaLog(world.log) })
}

export async function startProducer(world: World, topic: string): Promise<Producer> {
  const producer = connectTo(world, 'payments-producer').producer({
    // kafkajs refuses idempotence without retries.
    idempotent: false,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  let last: Promise<unknown> = Promise.resolve()

  return {
    // In turn: kafkajs counts the sequence of a failed send back, and the next one would get its number (mq-06).
    send(event) {
      const value = JSON.stringify(event)
      // acks -1: what the leader alone has dies with the leader, and the next one has never heard of it.
      const sent = last.then(() =>
        producer.send({ topic, acks: -1, messages: [{ key: event.subject ?? null, value }] }),
      )
      last = sent.catch(() => {})
      return sent.then(() => {})
    },
    async stop() {
      await last
      await producer.disconnect()
    },
  }
}

/** Short ones, so that losing the coordinator costs little; a broker allows no session below 6 s. */
const timing = { sessionTimeout: 6000, rebalanceTimeout: 6000, heartbeatInterval: 300, maxWaitTimeInMs: 100 }

/** Gives each event to `book`, in order, and commits its offset when that is done. */
export async function startConsumer(
  world: World,
  { topic, groupId }: { topic: string; groupId: string },
  book: (event: Envelope) => Promise<void>,
): Promise<Running> {
  const consumer = connectTo(world, 'payments-consumer').consumer({
    groupId,
    allowAutoTopicCreation: false,
    ...timing,
    // With retries left kafkajs looks for the new leader, or the new coordinator, and joins again. This is for what it
    // calls no matter of retrying: better once more than never.
    retry: { ...retry, restartOnFailure: async () => true },
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    async eachMessage({ partition, message: { value, offset } }) {
      await book(JSON.parse(value?.toString('utf8') ?? '') as Envelope)
      await consumer.commitOffsets([{ topic, partition, offset: (BigInt(offset) + 1n).toString() }])
    },
  })
  return { stop: () => consumer.disconnect() }
}
