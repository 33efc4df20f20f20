/** The consumer as it runs today: it applies what comes, as it comes. Leave it as it is. */

import amqp from 'amqplib'
import type { Start } from '#lab/subject'
import { readLogEvent, WalletBook } from '#payments/wallet-log'

export const start: Start = async (world) => {
  const database = world.openDatabase('naive')
  const book = new WalletBook(database)
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'wallets-naive' },
  })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  await channel.prefetch(10)
  const { consumerTag } = await channel.consume(world.name('wallets.events'), (message) => {
    if (message === null) return
    book.apply(readLogEvent(message.content))
    channel.ack(message)
  })
  return {
    async stop() {
      await channel.cancel(consumerTag)
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}
