// mistake: counts its starts in a queue argument, so that each start declares the queue differently
// refused by: mq-01.6
// says: PRECONDITION_FAILED

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

let starts = 0

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  starts += 1
  await channel.assertExchange(world.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(world.name('payments.work'), { durable: true, maxLength: 1000 + starts })
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')
}
