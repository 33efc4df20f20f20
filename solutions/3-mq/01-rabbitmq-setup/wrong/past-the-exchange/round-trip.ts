// mistake: publishes to the default exchange with the queue's name, "because it works"
// refused by: mq-01.7
// says: was published to the default exchange
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { connect, disconnect } from './connection.ts'
import { declareTopology } from './topology.ts'

export async function roundTrip(world: World, payment: Envelope): Promise<Envelope> {
  const connection = await connect(world)
  const channel = await connection.createChannel()
  await declareTopology(world, channel)
  channel.sendToQueue(world.name('payments.work'), Buffer.from(JSON.stringify(payment)), {
    messageId: payment.id,
    persistent: true,
  })
  const received = await new Promise<Envelope>((resolve) => {
    void channel.consume(world.name('payments.work'), (message) => {
      if (message === null) return
      channel.ack(message)
      resolve(JSON.parse(message.content.toString()))
    })
  })
  await channel.close()
  await disconnect(connection)
  return received
}
