// mistake: publishes, and takes the return of publish() for the arrival of the message
// refused by: mq-01.7
// says: answered before the broker delivered anything
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { connect, disconnect } from './connection.ts'
import { declareTopology } from './topology.ts'

export async function roundTrip(world: World, payment: Envelope): Promise<Envelope> {
  const connection = await connect(world)
  const channel = await connection.createChannel()
  await declareTopology(world, channel)
  const body = Buffer.from(JSON.stringify(payment))
  const sent = channel.publish(world.name('payments'), 'payment.requested', body, {
    messageId: payment.id,
    persistent: true,
  })
  await channel.close()
  await disconnect(connection)
  if (!sent) throw new Error('not sent')
  return payment
}
