/** Facts of the system in Kafka: what has happened, keyed by payment, for whoever wants to hear of it, now or later. */
import kafkajs, { type Kafka } from 'kafkajs'
import type { World } from '#lab/subject'
import { kafkaLog } from '#payments/kafka-log'
import type { OutboxMessage } from '#payments/outbox'
import { openSagaMessage, type SagaMessage } from '#payments/saga-message'

/** What became of sagas, and what became of payments. */
export const topics = { sagas: 'sagas', payments: 'payments' } as const
export type Topic = keyof typeof topics

/** With these an outage of some seconds is outlasted; who is not through by then ends, and is started again. */
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 12 }

export interface FactWriter {
  /** Resolves when all in-sync replicas have it. */
  write(topic: Topic, message: OutboxMessage): Promise<void>
  close(): Promise<void>
}

export interface FactReader {
  close(): Promise<void>
}

/** Connects with the first fact, and again until that has worked: a Kafka that is down keeps nobody from anything else. */
export function openFactWriter(world: World, service: string): FactWriter {
  const producer = clientOf(world, service).producer({
    // One in flight, and the broker knows its sequence: a repeated attempt of one send is written once.
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry,
  })
  let isConnected = false
  return {
    async write(topic, { aggregateId, envelope }) {
      // kafkajs sends without a producer id after a connect() that failed: nothing is sent before one has not.
      if (!isConnected) await producer.connect()
      isConnected = true
      const message = { key: aggregateId, value: JSON.stringify(envelope), headers: { id: envelope.id } }
      await producer.send({ topic: world.name(topics[topic]), acks: -1, messages: [message] })
    },
    close: () => producer.disconnect(),
  }
}

/**
 * Reads a topic from its beginning, one fact after another for each payment. `handle` must take a fact twice: its offset is committed
 * after it.
 */
export async function readFacts(
  world: World,
  options: { service: string; topic: Topic; handle: (message: SagaMessage) => void },
): Promise<FactReader> {
  const { service, topic, handle } = options
  const consumer = clientOf(world, service).consumer({
    groupId: world.name(service),
    sessionTimeout: 6_000,
    heartbeatInterval: 500,
    retry,
  })
  let isClosing = false
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // kafkajs starts again by itself, unless it says that it will not.
    if (!isClosing && !payload.restart) process.exit(1)
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [world.name(topics[topic])], fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      if (message.value !== null) handle(openSagaMessage(message.value))
    },
  })
  return {
    async close() {
      isClosing = true
      await consumer.disconnect()
    },
  }
}

function clientOf(world: World, service: string): Kafka {
  return new kafkajs.Kafka({
    clientId: service,
    brokers: [...world.kafkaBrokers],
    logCreator: kafkaLog(world.log),
    connectionTimeout: 2_000,
    retry,
  })
}
