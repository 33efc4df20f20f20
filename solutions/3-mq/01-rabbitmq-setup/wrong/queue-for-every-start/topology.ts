// mistake: gives the queue a new name at every start, so that instances do not get in each other's way
// refused by: mq-01.6
// says: after 50 starts there are 50 queues
import { randomUUID } from 'node:crypto'
import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  const queue = world.name(`payments.work.${randomUUID()}`)
  await channel.assertExchange(world.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(queue, { durable: true })
  await channel.bindQueue(queue, world.name('payments'), 'payment.requested')
}
