/** One payment sent through the topology and back: the proof that all the pieces hold together. */

import type { Channel, ConsumeMessage } from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { connect, disconnect } from './connection.ts'
import { declareTopology } from './topology.ts'

export async function roundTrip(world: World, payment: Envelope): Promise<Envelope> {
  const connection = await connect(world)
  try {
    const channel = await connection.createChannel()
    await declareTopology(world, channel)
    const body = Buffer.from(JSON.stringify(payment))
    // Through the exchange, as a real producer does: the default exchange would leave the binding untested.
    channel.publish(world.name('payments'), 'payment.requested', body, {
      messageId: payment.id,
      persistent: true,
    })
    const message = await nextMessage(channel, world.name('payments.work'))
    const received = JSON.parse(message.content.toString('utf8')) as Envelope
    // Last: from here on the broker forgets the message, so everything else must have worked.
    channel.ack(message)
    await channel.close()
    return received
  } finally {
    await disconnect(connection)
  }
}

/** The next message of a queue, delivered and not yet acknowledged. */
function nextMessage(channel: Channel, queue: string): Promise<ConsumeMessage> {
  return new Promise((resolve, reject) => {
    const take = (message: ConsumeMessage | null): void => {
      // null: the broker cancelled the consumer, because the queue was deleted for instance.
      if (message === null) reject(new Error(`${queue} went away while waiting for a message`))
      else resolve(message)
    }
    channel.consume(queue, take, { noAck: false }).catch(reject)
  })
}
