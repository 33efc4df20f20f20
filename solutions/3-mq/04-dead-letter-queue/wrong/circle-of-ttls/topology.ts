// mistake: lets work expire into a wait, which leads back to work: the retry that needs no consumer
// refused by: mq-04.4
// says: comes round to the same queue

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
  // A fanout: a dead message keeps the routing key that it was published with, and no list of keys would be complete.
  await channel.assertExchange(dlx, 'fanout', { durable: true })
  await channel.assertQueue(dlq, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  await channel.bindQueue(dlq, dlx, '')

  await channel.assertExchange(payments, 'direct', { durable: true })
  await channel.assertQueue(work, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-message-ttl': 60_000,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': world.name(waitQueue(1)),
    },
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
