// mistake: takes the payment's id for the message's, in the inbox and in the books
// refused by: failure-02.3
// says: which no message is called
/** The wallet's consumer: it books a payment once, however often its message comes. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { EnvelopeError } from '#payments/envelope'
import { openEvent } from '#payments/events'
import { Books } from './books.ts'
import { Inbox, InboxConflict } from './inbox.ts'

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
      const { data } = openEvent(content)
      const { payment_id: id } = data
      inbox.process({ id, content }, () => books.credit(id, data))
      // Applied or duplicate: either way, what the message asks for has happened.
      channel.ack(message)
    } catch (error) {
      // It can't be read, or it is another message under a known id: neither gets better by coming again. A database that is
      // locked or full does, and its payments are no poison.
      const isUseless = error instanceof EnvelopeError || error instanceof InboxConflict
      world.log(
        `${isUseless ? 'refused' : 'put back'}: ${error instanceof Error ? error.message : String(error)}`,
      )
      channel.reject(message, !isUseless)
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
