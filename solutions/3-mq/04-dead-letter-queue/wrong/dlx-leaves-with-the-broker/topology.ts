// mistake: takes an exchange for something that holds no messages and so need not be durable
// refused by: mq-04.1
// says: is not durable

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

/**
 * How long a failed payment waits before its first, second and third retry. Short, so that you can watch; a real service would
 * wait seconds, then minutes.
 */
export const retryDelaysMs = [1000, 2000, 4000] as const

/** The queue in which a message waits before its nth retry, from 1. */
export const waitQueue = (retry: number): string => `payments.wait.${retry}`

/** Declares everything; safe to call again. */
export async function declareTopology(world: World, channel: Channel): Promise<void> {
  const [payments, dlx, work, dlq] = ['payments', 'payments.dlx', 'payments.work', 'payments.dlq'].map(
    (name) => world.name(name),
  ) as [string, string, string, string]

  // The end of the line first, so that nothing can die before there is a place for it.
  await channel.assertExchange(dlx, 'fanout', { durable: false })
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

  // One queue for each delay, since a queue expires from its head only: a short wait behind a long one would be a long wait.
  for (const [index, delayMs] of retryDelaysMs.entries()) {
    await channel.assertQueue(world.name(waitQueue(index + 1)), {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-message-ttl': delayMs,
        // The default exchange leads to the queue that the key names: back to work.
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': work,
      },
    })
  }
}
