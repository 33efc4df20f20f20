/** The writer of the events: one client, one request for all that it has to say, in their order. */
import kafkajs from 'kafkajs'
import type { Lab } from '#lab/kit'
import type { WalletEvent } from './rules.ts'
import type { Strategy } from './strategy.ts'

/** Produces events under the strategy's key. Resolves when they are acknowledged. */
export type Write = (events: readonly WalletEvent[]) => Promise<void>

/** A writer to a topic; it is closed with the lab. */
export async function writerTo(lab: Lab, topic: string, { key }: Strategy): Promise<Write> {
  const producer = new kafkajs.Kafka({
    clientId: 'writer',
    brokers: lab.kafka.addresses.map(({ host, port }) => `${host}:${port}`),
    logLevel: kafkajs.logLevel.NOTHING,
  }).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  await producer.connect()
  lab.defer(() => producer.disconnect())
  return async (events) => {
    const messages = events.map((event) => ({ key: event[key], value: JSON.stringify(event) }))
    await producer.send({ topic, acks: -1, messages })
  }
}
