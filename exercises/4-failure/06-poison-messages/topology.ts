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
    // TODO failure-06.5: your monitor looks into this queue again and again. Each time, the message goes out and comes back.
    arguments: { 'x-queue-type': 'quorum' },
  })
  await channel.bindQueue(dlq, dlx, '')

  await channel.assertExchange(payments, 'direct', { durable: true })
  await channel.assertQueue(work, {
    durable: true,
    // TODO failure-06.3: who counts the deliveries of a message that kills its consumer?
    arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': dlx },
  })
  await channel.bindQueue(work, payments, 'payment.requested')
}
