/** What this service needs in the broker. */

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  const [exchange, queue] = [world.name('payments'), world.name('payments.work')]
  await channel.assertExchange(exchange, 'direct', { durable: true })
  // A quorum queue is durable by nature and keeps every message; a durable classic queue would do for one node.
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
  // The same arguments at every start, in every service: declaring again is then a question, not a change.
  await channel.bindQueue(queue, exchange, 'payment.requested')
}
