// way: lets amqplib's recovery bring the connection back, opens the channel in its setup, and tells the caller when nobody knows

import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

export async function start(world: World) {
  const windowSize = 64
  const returned = new Set<string>()
  const inFlight = new Map<string, Promise<void>>()
  let channel: ConfirmChannel | undefined

  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments' },
    recovery: {
      initialDelay: 20,
      maxDelay: 500,
      async setup(model: ChannelModel) {
        await openChannel(() => model.createConfirmChannel())
      },
    },
  })
  connection.on('error', (error: Error) => world.log(`connection: ${error.message}`))

  async function openChannel(create: () => Promise<ConfirmChannel>): Promise<ConfirmChannel> {
    const opened = await create()
    opened.on('error', (error: Error) => world.log(`channel: ${error.message}`))
    opened.on('close', () => {
      if (channel === opened) channel = undefined
    })
    opened.on('return', ({ properties }) => returned.add(String(properties.messageId)))
    channel = opened
    return opened
  }

  async function publish(exchange: string, routingKey: string, message: Envelope): Promise<void> {
    // Recovery brings back the connection; a channel that the broker closed (404) is ours to open again.
    const open = channel ?? (await openChannel(() => connection.createConfirmChannel()))
    returned.delete(message.id)
    await new Promise<void>((resolve, reject) => {
      open.publish(
        exchange,
        routingKey,
        Buffer.from(JSON.stringify(message)),
        {
          messageId: message.id,
          correlationId: String(message.correlationid),
          timestamp: Math.floor(Date.parse(message.time) / 1000),
          type: message.type,
          contentType: 'application/json',
          persistent: true,
          mandatory: true,
        },
        (error: Error | null) => (error === null ? resolve() : reject(error)),
      )
    })
    if (returned.has(message.id)) throw new Error('unroutable')
  }

  return {
    async sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void> {
      while (inFlight.size >= windowSize) await Promise.race(inFlight.values())
      const sending = publish(exchange, routingKey, message)
      inFlight.set(
        message.id,
        sending.catch(() => {}).finally(() => inFlight.delete(message.id)),
      )
      await sending
    },
    async stop(): Promise<void> {
      await Promise.all(inFlight.values())
      await connection.close()
    },
  }
}
