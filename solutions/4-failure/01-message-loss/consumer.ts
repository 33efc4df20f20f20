/** The wallet's consumer: it books what the payment service tells it, once, however often it is told. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Ledger, transfer } from '#payments/ledger'

const prefetch = 10

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'wallet' },
  })
  const channel = await connection.createChannel()
  let isStopping = false
  connection.on('error', () => {})
  channel.on('error', () => {})
  channel.on('close', () => {
    if (!isStopping) process.exit(1)
  })

  function work(message: ConsumeMessage): void {
    try {
      const { payment_id, merchant_id, amount } = openEvent(message.content).data
      // 'booked' the first time, 'repeated' from then on. Both mean that what the message asks for has happened.
      ledger.post({
        payment_id,
        kind: 'capture',
        legs: transfer('customers', `merchant:${merchant_id}`, amount),
      })
      channel.ack(message)
    } catch (error) {
      world.log(`refused: ${error instanceof Error ? error.message : String(error)}`)
      channel.reject(message, false)
    }
  }

  await channel.prefetch(prefetch)
  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message !== null) work(message)
  })

  return {
    async stop() {
      await channel.cancel(consumerTag)
      isStopping = true
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}
