// way: waits for the confirm, then asks for the message with basic.get instead of subscribing

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  const names = { exchange: world.name('payments'), queue: world.name('payments.work') }
  await channel.assertExchange(names.exchange, 'direct', { durable: true, autoDelete: false })
  await channel.assertQueue(names.queue, {
    durable: true,
    arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': 5 },
  })
  await channel.bindQueue(names.queue, names.exchange, 'payment.requested')
}
