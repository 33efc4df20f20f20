/** The consumer that takes events as they come. Written to be watched, not to be kept. */

import amqp from 'amqplib'
import type { Running, Start } from '#lab/subject'
import { Accounts, readWalletEvent } from '#payments/wallet-events'

export interface Naive extends Running {
  /** How often an event came that was not the next one of its wallet. */
  gaps(): number
}

export const start: Start<Naive> = async (world) => {
  const database = world.openDatabase('accounts')
  const accounts = new Accounts(database, world.clock)
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'wallets-naive' },
  })
  const channel = await connection.createChannel()
  await channel.prefetch(10)
  const last = new Map<string, number>()
  let gaps = 0
  const { consumerTag } = await channel.consume(world.name('wallets.events'), (message) => {
    if (message === null) return
    const event = readWalletEvent(message.content)
    if (event.sequence !== (last.get(event.wallet_id) ?? 0) + 1) gaps += 1
    last.set(event.wallet_id, event.sequence)
    accounts.apply(event)
    channel.ack(message)
  })
  return {
    gaps: () => gaps,
    async stop() {
      await channel.cancel(consumerTag)
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}
