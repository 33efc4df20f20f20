/** The same promise on a Kafka of three nodes: a producer that outlives the leader. */

import { Kafka, Partitioners } from 'kafkajs'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { kafkaLog } from '#payments/kafka-log'

export interface Producer {
  /** Resolves when all in-sync replicas have the event, however long that takes. One partition, one record after another. */
  send(event: Envelope): Promise<void>
  stop(): Promise<void>
}

/** The waits of backoff.ts, in kafkajs' words; it draws each by itself. So many retries outlast every outage. */
const retry = { initialRetryTime: 50, multiplier: 2, maxRetryTime: 2000, retries: 1_000_000 }

export async function startProducer(world: World, topic: string): Promise<Producer> {
  const kafka = new Kafka({
    clientId: 'payments-producer',
    brokers: [...world.kafkaBrokers],
    retry,
    logCreator: kafkaLog(world.log),
  })
  const producer = kafka.producer({
    // A leader that dies has followers that know what it had written for whom: the repetition leaves no second record.
    idempotent: true,
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
