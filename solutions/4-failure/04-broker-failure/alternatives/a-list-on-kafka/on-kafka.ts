// way: bundles what waits into one send, which settles before the next

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
  const waiting: { event: Envelope; resolve: () => void; reject: (error: unknown) => void }[] = []
  let draining: Promise<void> | undefined

  /** All that waits goes into one send, which settles before the next one. */
  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const bundle = waiting.splice(0)
      try {
        await producer.send({
          topic,
          acks: -1,
          messages: bundle.map(({ event }) => ({ key: event.subject ?? null, value: JSON.stringify(event) })),
        })
        for (const { resolve } of bundle) resolve()
      } catch (error) {
        for (const { reject } of bundle) reject(error)
      }
    }
    draining = undefined
  }

  return {
    send(event) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      waiting.push({ event, resolve, reject })
      draining ??= drain()
      return promise
    },
    async stop() {
      await draining
      await producer.disconnect()
    },
  }
}
