// mistake: takes the message and forgets the ack: the work is done, so what is there left to say
// refused by: mq-01.7
// says: never acknowledged
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { connect, disconnect } from './connection.ts'
import { declareTopology } from './topology.ts'

export async function roundTrip(world: World, payment: Envelope): Promise<Envelope> {
  const connection = await connect(world)
  const channel = await connection.createChannel()
  await declareTopology(world, channel)
  channel.publish(world.name('payments'), 'payment.requested', Buffer.from(JSON.stringify(payment)), {
    messageId: payment.id,
    persistent: true,
  })
  const received = await new Promise<Envelope>((resolve) => {
    void channel.consume(world.name('payments.work'), (message) => {
      if (message !== null) resolve(JSON.parse(message.content.toString()))
    })
  })
  await channel.close()
  await disconnect(connection)
  return received
}
