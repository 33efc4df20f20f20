/** The wallet's consumer as it runs today: it acknowledges what it has booked, and books what comes. Leave it as it is. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Books } from './books.ts'

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const books = new Books(database)
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
      const { envelope, data } = openEvent(message.content)
      books.credit(envelope.id, data)
      channel.ack(message)
    } catch {
      channel.reject(message, false)
    }
  }

  await channel.prefetch(10)
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
