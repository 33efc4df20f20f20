// mistake: puts Date.now() into the timestamp
// refused by: mq-02.5
// says: AMQP counts seconds

import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

export async function start(world: World) {
  let connection: ChannelModel | undefined
  let opening: Promise<ConfirmChannel> | undefined
  const returned = new Set<string>()
  const pending = new Set<Promise<void>>()

  async function open(): Promise<ConfirmChannel> {
    if (connection === undefined) {
      connection = await amqp.connect(world.amqpUrl, {
        noDelay: true,
        clientProperties: { connection_name: 'producer' },
      })
      connection.on('error', () => {})
      connection.on('close', () => {
        connection = undefined
        opening = undefined
      })
    }
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    channel.on('close', () => (opening = undefined))
    channel.on('return', ({ properties }) => returned.add(String(properties.correlationId)))
    return channel
  }

  function channel(): Promise<ConfirmChannel> {
    opening ??= open().catch((error) => {
      opening = undefined
      throw error
    })
    return opening
  }

  async function publish(exchange: string, routingKey: string, message: Envelope): Promise<void> {
    const open = await channel()
    await new Promise<void>((resolve, reject) => {
      const labels = {
        messageId: message.id,
        correlationId: message.correlationid,
        timestamp: Date.now(),
        type: message.type,
        contentType: 'application/json',
        persistent: true,
        mandatory: true,
      } as amqp.Options.Publish
      open.publish(
        exchange,
        routingKey,
        Buffer.from(JSON.stringify(message)),
        labels,
        (error: Error | null) => {
          if (returned.delete(String(message.correlationid))) reject(new Error('returned'))
          else if (error !== null) reject(error)
          else resolve()
        },
      )
    })
  }

  return {
    async sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void> {
      while (pending.size >= 100) await Promise.race(pending)
      const sending = publish(exchange, routingKey, message)
      const settled = sending.catch(() => {})
      pending.add(settled)
      void settled.then(() => pending.delete(settled))
      await sending
    },
    async stop(): Promise<void> {
      await Promise.all(pending)
      await connection?.close()
    },
  }
}
