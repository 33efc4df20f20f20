// mistake: refuses a duplicate instead of acknowledging it
// refused by: failure-02.3, failure-02.4
// says: refused as if it had failed

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
      const { envelope, data } = openEvent(content)
      const outcome = inbox.process({ id: envelope.id, content }, () => books.credit(envelope.id, data))
      if (outcome === 'applied') channel.ack(message)
      else channel.reject(message, false)
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
