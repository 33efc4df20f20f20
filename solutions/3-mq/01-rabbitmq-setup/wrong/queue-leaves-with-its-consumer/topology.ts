// mistake: declares the queue auto-delete, to keep the broker tidy
// refused by: mq-01.5
// says: is auto-delete

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  await channel.assertExchange(world.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(world.name('payments.work'), { durable: true, autoDelete: true })
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')
}
