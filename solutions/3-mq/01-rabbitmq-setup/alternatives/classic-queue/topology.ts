// way: a durable classic queue, declared with the client's own options, and a consumer that stops after one message

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  await channel.assertQueue(world.name('payments.work'))
  await channel.assertExchange(world.name('payments'), 'direct')
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')
}
