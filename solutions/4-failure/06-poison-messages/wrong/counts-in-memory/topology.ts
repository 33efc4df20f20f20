// mistake: counts the attempts in a Map of its own process
// refused by: failure-06.3
// says: what did the next one know of the attempts before it?

/** The queues of this task: work, and the end of the line. They are given, but for what bounds the deliveries. */

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

/** How often a payment may be tried, the first time included. */
export const attemptsMax = 3

/** Declares everything; safe to call again. */
export async function declareTopology(world: World, channel: Channel): Promise<void> {
  const [payments, dlx, work, dlq] = ['payments', 'payments.dlx', 'payments.work', 'payments.dlq'].map(
    (name) => world.name(name),
  ) as [string, string, string, string]

  await channel.assertExchange(dlx, 'fanout', { durable: true })
  await channel.assertQueue(dlq, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      // Since RabbitMQ 4.0 a quorum queue drops what came back to it 20 times, and whoever looks into a queue lets messages come
      // back. This is the one queue in which nothing may be dropped. Not -1, which is no limit: what comes back then goes to the end
      // of the queue, and the first one would not be the oldest any more.
      'x-delivery-limit': 1_000_000,
    },
  })
  await channel.bindQueue(dlq, dlx, '')

  await channel.assertExchange(payments, 'direct', { durable: true })
  await channel.assertQueue(work, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-dead-letter-exchange': dlx,
      'x-delivery-limit': -1,
    },
  })
  await channel.bindQueue(work, payments, 'payment.requested')
}
