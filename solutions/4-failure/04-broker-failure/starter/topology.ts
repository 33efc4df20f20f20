/** What both services need of the broker, declared by each of them. Leave it as it is. */
import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

/** Declaring what is there already changes nothing. */
export async function declareTopology(world: World, channel: Channel): Promise<void> {
  await channel.assertExchange(world.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(world.name('payments.dead'), { durable: true })
  await channel.assertQueue(world.name('payments.work'), {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: world.name('payments.dead'),
  })
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')
}
