// mistake: takes the flag redelivered for "I have done this already"
// refused by: failure-02.3
// says: never booked

/** The wallet's consumer: it books a payment once, however often its message comes. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { EnvelopeError } from '#payments/envelope'
import { openEvent } from '#payments/events'
import { Books } from './books.ts'

const prefetch = 10

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
      if (!message.fields.redelivered) books.credit(envelope.id, data)
      // Applied or duplicate: either way, what the message asks for has happened.
      channel.ack(message)
    } catch (error) {
      // What can't be read gets no better by coming again. A database that is locked or full does.
      const isUseless = error instanceof EnvelopeError
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
