// way: waits for the confirm, then asks for the message with basic.get instead of subscribing
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { connect, disconnect } from './connection.ts'
import { declareTopology } from './topology.ts'

export async function roundTrip(world: World, payment: Envelope): Promise<Envelope> {
  const connection = await connect(world)
  const channel = await connection.createConfirmChannel()
  await declareTopology(world, channel)
  channel.publish(world.name('payments'), 'payment.requested', Buffer.from(JSON.stringify(payment)), {
    messageId: payment.id,
    persistent: true,
  })
  await channel.waitForConfirms()
  let message = await channel.get(world.name('payments.work'))
  while (message === false) {
    await world.clock.sleep(5)
    message = await channel.get(world.name('payments.work'))
  }
  const received = JSON.parse(message.content.toString('utf8')) as Envelope
  channel.ack(message)
  await channel.close()
  await disconnect(connection)
  return received
}
