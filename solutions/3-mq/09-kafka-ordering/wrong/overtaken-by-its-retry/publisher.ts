// mistake: leaves the order to the client: it is idempotent, with one request in flight
// refused by: mq-09.2
// says: waited to be sent again

/** The publisher: what it is given first lies first in the log, whatever has to be sent again. */

import { Partitioners } from 'kafkajs'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { client } from './topics.ts'

export interface Publisher {
  /** Resolves when the event is in the log. Calls need not be awaited: those of one wallet stay in their order. */
  publish(topic: string, event: Envelope): Promise<void>
  stop(): Promise<void>
}

export async function start(world: World): Promise<Publisher> {
  const producer = client(world).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    // A repetition is recognised by its sequence number, so that a lost reply puts nothing into the log twice.
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  let last: Promise<unknown> = Promise.resolve()
  return {
    publish(topic, event) {
      const sent = send(topic, event)
      last = Promise.all([last, sent])
      return sent
    },
    async stop() {
      await last.catch(() => {})
      await producer.disconnect()
    },
  }

  async function send(topic: string, event: Envelope): Promise<void> {
    const { partitionkey } = event
    if (partitionkey === undefined)
      throw new Error(`${event.id} belongs to no wallet: it has no place in an order`)
    const message = { key: partitionkey, value: JSON.stringify(event) }
    await producer.send({ topic: world.name(topic), acks: -1, messages: [message] })
  }
}
