/** The wallet's consumer: it books a payment once, however often its message comes. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
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
    // TODO failure-02.3: read the event, and let the inbox decide whether books.credit(id, payment) is still to be done.
    // TODO failure-02.4: what do you tell the broker about a duplicate, and what about another message under a known id?
    throw new Error('TODO: book the payment once')
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
