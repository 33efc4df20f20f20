// mistake: declares the topology on the first connect only, to save three round trips later
// refused by: mq-01.6
// says: the topology is declared only the first time

import type { Channel } from 'amqplib'
import type { World } from '#lab/subject'

const declared = new Set<string>()

export async function declareTopology(world: World, channel: Channel): Promise<void> {
  if (declared.has(world.name('payments'))) return
  declared.add(world.name('payments'))
  await channel.assertExchange(world.name('payments'), 'direct', { durable: true })
  await channel.assertQueue(world.name('payments.work'), {
    durable: true,
    arguments: { 'x-queue-type': 'quorum' },
  })
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')
}
