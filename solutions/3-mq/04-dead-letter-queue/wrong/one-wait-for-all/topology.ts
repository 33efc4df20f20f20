// mistake: has one wait queue and gives each message its own expiration
// refused by: mq-04.4
// says: expires from its head

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

/**
 * How long a failed payment waits before its first, second and third retry. Short, so that you can watch; a real service would
 * wait seconds, then minutes.
 */
export const retryDelaysMs = [1000, 2000, 4000] as const

export const waitQueue = 'payments.wait'

/** Declares everything; safe to call again. */
export async function declareTopology(world: World, channel: Channel): Promise<void> {
  const [payments, dlx, work, dlq] = ['payments', 'payments.dlx', 'payments.work', 'payments.dlq'].map(
    (name) => world.name(name),
  ) as [string, string, string, string]

  // The end of the line first, so that nothing can die before there is a place for it.
  // A fanout: a dead message keeps the routing key that it was published with, and no list of keys would be complete.
  await channel.assertExchange(dlx, 'fanout', { durable: true })
  await channel.assertQueue(dlq, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await channel.bindQueue(dlq, dlx, '')

  // No TTL here. A work queue that lets messages expire into a wait queue, and gets them back from there, makes a circle without
  // a rejection in it: the second time round the broker drops them.
  await channel.assertExchange(payments, 'direct', { durable: true })
  await channel.assertQueue(work, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': dlx },
  })
  await channel.bindQueue(work, payments, 'payment.requested')

  await channel.assertQueue(world.name(waitQueue), {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': work,
    },
  })
}
