/** Books requested payments, and goes on when the broker takes its queue away. */
import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'

const prefetch = 10

export const start: Start = async (world) => {
  const database = world.openDatabase('book')
  database.exec('CREATE TABLE IF NOT EXISTS entry (id TEXT PRIMARY KEY)')
  const book = database.prepare('INSERT INTO entry VALUES (?) ON CONFLICT DO NOTHING')
  const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
  connection.on('error', (error: Error) => world.log(error.message))
  const channel = await connection.createChannel()
  channel.on('error', (error: Error) => world.log(error.message))
  await channel.assertQueue(world.name('payments.work'), { durable: true })
  await channel.bindQueue(world.name('payments.work'), world.name('payments'), 'payment.requested')
  await channel.prefetch(prefetch)

  function work(message: ConsumeMessage): void {
    book.run(String(message.properties.messageId))
    channel.ack(message)
  }

  await channel.consume(world.name('payments.work'), (message) => {
    // TODO review-04.5: `null` says that the broker has cancelled this consumer: its queue is gone, or its node. The process lives,
    // the connection is open, every health check is green, and nothing is consumed any more. Come back: declare, bind and consume
    // again, with a pause (world.clock) between attempts, for as long as it takes.
    if (message !== null) work(message)
  })
  return {
    async stop() {
      await connection.close()
      database.close()
    },
  }
}
