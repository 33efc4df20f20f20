// mistake: takes the boolean of publish() for success
// refused by: mq-02.3
// says: reported as sent are not in the queue

import amqp, { type Channel, type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

export async function start(world: World) {
  let connection: ChannelModel | undefined
  let opened: Promise<Channel> | undefined

  async function connect(): Promise<Channel> {
    connection = await amqp.connect(world.amqpUrl, {
      noDelay: true,
      clientProperties: { connection_name: 'producer' },
    })
    connection.on('error', () => {})
    connection.on('close', () => {
      opened = undefined
    })
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    return channel
  }

  function open(): Promise<Channel> {
    opened ??= connect().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  await open()
  return {
    async sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void> {
      const channel = await open()
      const sent = channel.publish(exchange, routingKey, Buffer.from(JSON.stringify(message)), {
        messageId: message.id,
        correlationId: String(message.correlationid),
        type: message.type,
        contentType: 'application/json',
        timestamp: Math.floor(Date.now() / 1000),
        persistent: true,
        mandatory: true,
      })
      // "false" only means that the socket's buffer is full: the message is in it all the same.
      if (!sent) await new Promise((resolve) => channel.once('drain', resolve))
    },
    async stop(): Promise<void> {
      if (opened !== undefined) await connection?.close()
    },
  }
}
