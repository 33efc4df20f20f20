/** The wallet's consumer: it books what the payment service tells it, once, however often it is told. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { Ledger } from '#payments/ledger'

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
    // TODO failure-01.3: book the payment as a 'capture' from 'customers' to 'merchant:<merchant_id>'; it may come more than once.
    // TODO failure-01.4: acknowledge what is booked. Refuse what can't be read: channel.reject(message, false).
    throw new Error('TODO: book the payment')
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
