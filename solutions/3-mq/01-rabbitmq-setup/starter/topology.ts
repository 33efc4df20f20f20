/** What this service needs in the broker. */

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

/**
 * Declares exchange, queue and binding. Every service does this at every start, so it must not matter how often it runs.
 * Pass each name through `world.name(…)`.
 */
export async function declareTopology(world: World, channel: Channel): Promise<void> {
  // TODO mq-01.4: a durable direct exchange, world.name('payments').
  // TODO mq-01.5: a durable queue, world.name('payments.work'), that keeps its messages when the broker is killed.
  // TODO mq-01.6: a binding with the routing key 'payment.requested', and no other.
  throw new Error('TODO: declare exchange, queue and binding')
}
