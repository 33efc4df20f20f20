/** The wallet's consumer: it books a payment once, however often its message comes. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Books } from './books.ts'
import { Inbox } from './inbox.ts'

const prefetch = 10

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const books = new Books(database)
  const inbox = new Inbox(database, 'wallet', world.clock)
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
    const { content } = message
    try {
      const { envelope, data } = openEvent(content)
      // The event's own id: the producer's, and the same on every copy. Neither the delivery tag nor the offset of today.
      inbox.process({ id: envelope.id, content }, () => books.credit(envelope.id, data))
      // Applied or duplicate: either way, what the message asks for has happened.
      channel.ack(message)
    } catch (error) {
      // SQLite refuses to go on with a transaction that began before another process wrote: nothing was done, so it comes again.
      const isBusy = error instanceof Error && 'code' in error && /^SQLITE_BUSY/.test(String(error.code))
      channel.nack(message, false, isBusy)
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
