// mistake: holds early messages unacknowledged, with a prefetch smaller than the distance
// refused by: failure-05.3
// says: waited with it

/** The consumer of wallet events: applies each wallet's events in their order, and tells somebody when one of them never comes. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Running, Start } from '#lab/subject'
import { readWalletEvent } from '#payments/wallet-events'
import { type Gap, Sequencer } from './sequencer.ts'

export interface Consumer extends Running {
  /** How many early events it keeps now, of all wallets. */
  kept(): number
}

/** How often it looks for gaps. */
const lookMs = 1000

export const start: Start<Consumer> = async (world) => {
  const database = world.openDatabase('accounts')
  const sequencer = new Sequencer(database, world.clock)
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'wallets-consumer' },
  })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  let isOpen = true
  channel.on('error', () => {})
  channel.on('close', () => {
    isOpen = false
  })
  await channel.prefetch(5)

  /** Everything from the missing event on has to be sent again, by whoever has the history. */
  function report(gap: Gap): Promise<void> {
    return new Promise((resolve, reject) => {
      channel.sendToQueue(
        world.name('wallets.gaps'),
        Buffer.from(JSON.stringify(gap)),
        { persistent: true, contentType: 'application/json' },
        (error: unknown) => (error === null ? resolve() : reject(error)),
      )
    })
  }

  const waiting: (() => void)[] = []
  const telling = new Map<string, Promise<void>>()

  /** Once for each gap, however many events run into it. Resolves when the word about it is safe. */
  function tell(gap: Gap): Promise<void> {
    const key = `${gap.wallet_id} ${gap.from}`
    const now = telling.get(key) ?? Promise.resolve()
    const next = now.then(async () => {
      if (!sequencer.isNews(gap)) return
      await report(gap)
      sequencer.told(gap)
    })
    telling.set(key, next)
    // Whoever comes later finds it in the database.
    const forget = () => telling.get(key) === next && telling.delete(key)
    next.then(forget, forget)
    return next
  }

  async function work(message: ConsumeMessage): Promise<void> {
    const outcome = sequencer.take(readWalletEvent(message.content))
    // First the word about it is safe, then the message may go: it comes again with all the others.
    if (outcome.is === 'overflow') await tell(outcome.gap)
    if (outcome.is === 'kept') await new Promise<void>((resolve) => waiting.push(resolve))
    else for (const go of waiting.splice(0)) go()
    if (isOpen) channel.ack(message)
  }

  const inWork = new Set<Promise<void>>()
  const { consumerTag } = await channel.consume(world.name('wallets.events'), (message) => {
    if (message === null) return
    const working = work(message)
      // Unacknowledged, so it comes again.
      .catch((error: unknown) => world.log(`an event was not taken: ${error}`))
      .finally(() => inWork.delete(working))
    inWork.add(working)
  })

  const stopped = new AbortController()
  // What waits is in the database with its time: after a restart it goes on waiting for what is left, not for as long again.
  const looking = (async () => {
    while (!stopped.signal.aborted) {
      for (const gap of sequencer.gaps()) await tell(gap)
      await world.clock.sleep(lookMs, stopped.signal)
    }
  })().catch(() => {})

  return {
    kept: () => sequencer.kept(),
    async stop() {
      stopped.abort()
      await looking
      if (isOpen) await channel.cancel(consumerTag)
      if (isOpen) await channel.close()
      await connection.close()
      database.close()
    },
  }
}
