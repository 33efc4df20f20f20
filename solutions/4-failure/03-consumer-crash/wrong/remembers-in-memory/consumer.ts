// mistake: remembers what it has booked in a Set
// refused by: failure-03.4
// says: asked nobody but itself

/** The wallet's consumer: screens a payment, books it, and acknowledges it. It may die, or stand still, at any line. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Books } from './books.ts'
import { Screening } from './screening.ts'

/** What comes again after a crash, and what a frozen process sits on. */
const prefetch = 5
/** After two silent ones the broker gives a connection up, and hands its messages to somebody else. */
const heartbeatSeconds = 10

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const books = new Books(database)
  const booked = new Set<string>()
  const screening = new Screening(world)
  const url = new URL(world.amqpUrl)
  url.searchParams.set('heartbeat', String(heartbeatSeconds))
  const connection = await amqp.connect(url.href, {
    noDelay: true,
    clientProperties: { connection_name: 'wallet' },
  })
  const channel = await connection.createChannel()
  let isStopping = false
  connection.on('error', () => {})
  channel.on('error', () => {})
  // Also when this process has slept and wakes up on a dead connection: it ends, and whoever runs it starts it again.
  channel.on('close', () => {
    if (!isStopping) process.exit(1)
  })

  async function work(message: ConsumeMessage): Promise<void> {
    try {
      const { envelope, data } = openEvent(message.content)
      await screening.clear(data)
      if (!booked.has(envelope.id)) books.credit(envelope.id, data)
      booked.add(envelope.id)
      channel.ack(message)
    } catch (error) {
      world.log(`refused: ${error instanceof Error ? error.message : String(error)}`)
      channel.reject(message, false)
    }
  }

  await channel.prefetch(prefetch)
  const inWork = new Set<Promise<void>>()
  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message === null) return
    const working = work(message).finally(() => inWork.delete(working))
    inWork.add(working)
  })

  return {
    async stop() {
      await channel.cancel(consumerTag)
      await Promise.all(inWork)
      isStopping = true
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}
