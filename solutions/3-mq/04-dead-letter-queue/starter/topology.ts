/** The queues a payment passes through: work, the waits between its attempts, and the end of the line. */

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

/**
 * How long a failed payment waits before its first, second and third retry. Short, so that you can watch; a real service would
 * wait seconds, then minutes.
 */
export const retryDelaysMs = [1000, 2000, 4000] as const

/** Declares everything; safe to call again. */
export async function declareTopology(world: World, channel: Channel): Promise<void> {
  // TODO mq-04.1: the exchange "payments.dlx". Whatever dies, with whatever routing key, has to arrive behind it.
  // TODO mq-04.2: the queue "payments.dlq", which outlives the broker.
  // TODO mq-04.3: the exchange "payments" (direct), the queue "payments.work" bound with "payment.requested", dead letters to the DLX.
  // TODO mq-04.4: a wait queue for each delay. What expires there goes back to payments.work.
  throw new Error('TODO: declare the exchanges and queues')
}
