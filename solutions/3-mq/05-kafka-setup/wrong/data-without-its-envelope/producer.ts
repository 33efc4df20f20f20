// mistake: sends the data and leaves the envelope out: it is only overhead
// refused by: mq-05.6
// says: not in the topic under the id of their envelope

/** The producer: a payment counts as sent when every replica that is in sync has it. */

import { Partitioners } from 'kafkajs'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { client } from './client.ts'
import { topic } from './topics.ts'

/** Where a record lies in the log. */
export interface Placed {
  readonly partition: number
  /** A 64-bit number, as text: beyond 2^53 a JavaScript number would round it. */
  readonly offset: string
}

export interface PaymentProducer {
  /** Resolves when the cluster has the payment, with the place where it lies. Rejects otherwise. */
  publish(key: string, payment: Envelope): Promise<Placed>
  stop(): Promise<void>
}

export async function startProducer(world: World): Promise<PaymentProducer> {
  const producer = client(world).producer({
    // kafkajs' default is true: a mistyped name becomes a topic with the broker's defaults, and nobody reads it.
    allowAutoTopicCreation: false,
    // The same murmur2 as the Java client; said aloud, kafkajs does not warn about it.
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  return {
    async publish(key, payment) {
      const [placed] = await producer.send({
        topic: world.name(topic),
        // All in-sync replicas. kafkajs takes acks with each send, not with the producer.
        acks: -1,
        messages: [{ key, value: JSON.stringify(payment.data) }],
      })
      if (placed?.baseOffset === undefined) throw new Error('the broker did not say where the record lies')
      return { partition: placed.partition, offset: placed.baseOffset }
    },
    stop: () => producer.disconnect(),
  }
}
