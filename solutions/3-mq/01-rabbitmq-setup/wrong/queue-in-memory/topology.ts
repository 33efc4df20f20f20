// mistake: declares the queue with durable: false, "because the messages are persistent anyway"
// refused by: mq-01.5
// says: there is no "payments.work" any more

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  await channel.assertExchange(world.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(world.name('payments.work'), { durable: false })
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')
}
