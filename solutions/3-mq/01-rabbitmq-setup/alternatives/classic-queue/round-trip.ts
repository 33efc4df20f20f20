// way: a durable classic queue, declared with the client's own options, and a consumer that stops after one message
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { connect, disconnect } from './connection.ts'
import { declareTopology } from './topology.ts'

export async function roundTrip(world: World, payment: Envelope): Promise<Envelope> {
  const connection = await connect(world)
  const channel = await connection.createConfirmChannel()
  await declareTopology(world, channel)
  const { promise, resolve } = Promise.withResolvers<Envelope>()
  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message === null) return
    channel.ack(message)
    resolve(JSON.parse(message.content.toString()))
  })
  channel.publish(world.name('payments'), 'payment.requested', Buffer.from(JSON.stringify(payment)), {
    messageId: payment.id,
  })
  await channel.waitForConfirms()
  const received = await promise
  await channel.cancel(consumerTag)
  await channel.close()
  await disconnect(connection)
  return received
}
