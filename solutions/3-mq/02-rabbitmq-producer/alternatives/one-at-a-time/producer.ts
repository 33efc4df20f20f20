// way: sends one message at a time with waitForConfirms, and leaves every retry to its caller

import amqp, { type ChannelModel, type ConfirmChannel, type Message } from 'amqplib'
import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'

export async function start(world: World) {
  let connection: ChannelModel | undefined
  let channel: ConfirmChannel | undefined
  let last: Promise<unknown> = Promise.resolve()

  async function open(): Promise<ConfirmChannel> {
    if (connection === undefined) {
      const opened = await amqp.connect(world.amqpUrl, {
        noDelay: true,
        clientProperties: { connection_name: 'payments' },
      })
      opened.on('error', (error: Error) => world.log(`connection: ${error.message}`))
      opened.on('close', () => {
        connection = undefined
        channel = undefined
      })
      connection = opened
    }
    if (channel === undefined) {
      const opened = await connection.createConfirmChannel()
      opened.on('error', (error: Error) => world.log(`channel: ${error.message}`))
      opened.on('close', () => (channel = undefined))
      channel = opened
    }
    return channel
  }

  async function sendNow(exchange: string, routingKey: string, message: Envelope): Promise<void> {
    const open_ = await open()
    let returned = false
    const onReturn = (back: Message): void => {
      if (back.properties.messageId === message.id) returned = true
    }
    open_.on('return', onReturn)
    try {
      open_.publish(exchange, routingKey, Buffer.from(JSON.stringify(message)), {
        messageId: message.id,
        correlationId: message.correlationid ?? message.id,
        timestamp: Math.floor(world.clock.now() / 1000),
        type: message.type,
        contentType: 'application/json; charset=utf-8',
        deliveryMode: 2,
        mandatory: true,
      })
      await open_.waitForConfirms()
    } finally {
      open_.off('return', onReturn)
    }
    if (returned) throw new Error(`${routingKey} reaches no queue`)
  }

  await open()
  return {
    sendMessage(exchange: string, routingKey: string, message: Envelope): Promise<void> {
      const sending = last.then(() => sendNow(exchange, routingKey, message))
      last = sending.catch(() => {})
      return sending
    },
    async stop(): Promise<void> {
      await last
      await connection?.close()
    },
  }
}
