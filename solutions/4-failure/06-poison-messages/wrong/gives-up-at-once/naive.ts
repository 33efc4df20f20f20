// mistake: is no naive consumer any more: refuses without requeue
// refused by: failure-06.2
// says: did not come back

/** The consumer that everybody writes first: what fails goes back into the queue. Written to be watched, not to be kept. */

import amqp from 'amqplib'
import type { Running, Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Wallet } from '#payments/wallet'

export interface Naive extends Running {
  /** How often each message was delivered, by its message id. */
  deliveries(): Readonly<Record<string, number>>
}

export const start: Start<Naive> = async (world) => {
  const database = world.openDatabase('wallet')
  const wallet = new Wallet(database, world)
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-naive' },
  })
  const channel = await connection.createChannel()
  // One at a time, so that it is plain to see who waits for whom.
  await channel.prefetch(1)
  // By id: the redelivered flag only says "not the first time", and a delivery tag is new each time.
  const counts: Record<string, number> = {}
  let isOver = false
  const { consumerTag } = await channel.consume(world.name('payments.work'), (message) => {
    if (message === null || isOver) return
    const id: string = message.properties.messageId ?? 'without an id'
    counts[id] = (counts[id] ?? 0) + 1
    try {
      wallet.book(openEvent(message.content).data)
      channel.ack(message)
    } catch {
      channel.nack(message, false, false)
    }
  })
  return {
    deliveries: () => ({ ...counts }),
    async stop() {
      await channel.cancel(consumerTag)
      isOver = true
      await connection.close()
      database.close()
    },
  }
}
