// mistake: opens a channel for every message, so that one failure can't hurt another
// refused by: mq-02.1
// says: channels: a channel is opened

import amqp, { type ChannelModel } from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

export async function start(world: World) {
  let connected: Promise<ChannelModel> | undefined

  async function connect(): Promise<ChannelModel> {
    const connection = await amqp.connect(world.amqpUrl, {
      noDelay: true,
      clientProperties: { connection_name: 'producer' },
    })
    connection.on('error', () => {})
    connection.on('close', () => {
      connected = undefined
    })
    return connection
  }

  function open(): Promise<ChannelModel> {
    connected ??= connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }
  await open()
  const pending = new Set<Promise<void>>()

  async function publish(exchange: string, routingKey: string, message: Envelope): Promise<void> {
    const channel = await (await open()).createConfirmChannel()
    channel.on('error', () => {})
    let returned = false
    channel.on('return', () => (returned = true))
    channel.publish(exchange, routingKey, Buffer.from(JSON.stringify(message)), {
      messageId: message.id,
      correlationId: String(message.correlationid),
      type: message.type,
      contentType: 'application/json',
      timestamp: Math.floor(Date.now() / 1000),
      persistent: true,
      mandatory: true,
    })
    await channel.waitForConfirms()
    await channel.close()
    if (returned) throw new Error('returned')
  }

  return {
    async sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void> {
      while (pending.size >= 50) await Promise.race(pending)
      const sending = publish(exchange, routingKey, message)
      const settled = sending.catch(() => {})
      pending.add(settled)
      void settled.then(() => pending.delete(settled))
      await sending
    },
    async stop(): Promise<void> {
      await Promise.all(pending)
      await (await connected)?.close()
    },
  }
}
