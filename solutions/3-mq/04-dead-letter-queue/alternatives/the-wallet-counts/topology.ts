/** The queues a payment passes through: work, the waits between its attempts, and the end of the line. */

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

/**
 * How long a failed payment waits before its first, second and third retry. Short, so that you can watch; a real service would
 * wait seconds, then minutes.
 */
export const retryDelaysMs = [1000, 2000, 4000] as const

/** The name of the queue in which a payment waits before its nth retry. */
export function waitQueue(world: World, retry: number): string {
  return world.name(`payments.retry-${retry}`)
}

/** Declares everything; safe to call again. */
export async function declareTopology(world: World, channel: Channel): Promise<void> {
  const quorum = { 'x-queue-type': 'quorum' }
  await channel.assertExchange(world.name('payments.dlx'), 'topic', { durable: true })
  await channel.assertQueue(world.name('payments.dlq'), { durable: true, arguments: quorum })
  await channel.bindQueue(world.name('payments.dlq'), world.name('payments.dlx'), '#')

  await channel.assertExchange(world.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(world.name('payments.work'), {
    durable: true,
    arguments: { ...quorum, 'x-dead-letter-exchange': world.name('payments.dlx') },
  })
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')

  for (const [index, delay] of retryDelaysMs.entries()) {
    await channel.assertQueue(waitQueue(world, index + 1), {
      durable: true,
      arguments: {
        ...quorum,
        'x-message-ttl': delay,
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': world.name('payments.work'),
      },
    })
  }
}
