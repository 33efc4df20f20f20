// way: publishes what waits all at once, and marks it when the last is confirmed

/** The wallet service: it takes commands, and a relay publishes what came of them, after the commit and until it is confirmed. */

import amqp, { type ConfirmChannel } from 'amqplib'
import type { Running, Start, World } from '#lab/subject'
import { type EventStore, openEventStore, type Unsent } from './event-store.ts'
import type { WalletCommand } from './wallet.ts'
import { openWallets } from './wallets.ts'

export interface WalletService extends Running {
  /** Answers the version of the wallet's stream after the command; rejects with WalletRefused. */
  handle(walletId: string, command: WalletCommand): Promise<number>
}

export const start: Start<WalletService> = async (world) => {
  const database = world.openDatabase('wallets')
  const store = openEventStore(world, database)
  const wallets = openWallets(database, store)
  const relay = startRelay(world, store)
  return {
    async handle(walletId, command) {
      const version = wallets.handle(walletId, command)
      relay.wake()
      return version
    },
    async stop() {
      await relay.stop()
      database.close()
    },
  }
}

interface Relay {
  /** There may be something to publish. */
  wake(): void
  /** Lets the event in hand be confirmed and leaves. What is not sent then is sent at the next start. */
  stop(): Promise<void>
}

/** How long it waits before it connects again. */
const retryMs = 50
const batch = 50

function startRelay(world: World, store: EventStore): Relay {
  const stopping = new AbortController()
  let awake = Promise.withResolvers<void>()
  const wake = () => awake.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await publishOverOneConnection()
      } catch {
        // The broker went, or is not there yet. Nothing is marked that it has not confirmed, so nothing is lost.
      }
      await world.clock.sleep(retryMs, stopping.signal).catch(() => {})
    }
  }

  async function publishOverOneConnection(): Promise<void> {
    const connection = await amqp.connect(world.amqpUrl, {
      noDelay: true,
      clientProperties: { connection_name: 'wallets-relay' },
    })
    let isOpen = true
    const close = () => {
      isOpen = false
      wake()
    }
    connection.on('error', () => {})
    connection.on('close', close)
    try {
      const channel = await connection.createConfirmChannel()
      channel.on('error', () => {})
      channel.on('close', close)
      while (isOpen && !stopping.signal.aborted) {
        awake = Promise.withResolvers()
        const events = store.unsent(batch)
        await Promise.all(events.map((event) => publish(channel, world.name('wallets'), event)))
        // One channel keeps the order; a kill before this line sends the whole batch again, under the same ids.
        for (const { position } of events) store.markSent(position)
        if (events.length < batch && !stopping.signal.aborted) await awake.promise
      }
    } finally {
      await connection.close().catch(() => {})
    }
  }

  const running = run()
  return {
    wake,
    async stop() {
      stopping.abort()
      wake()
      await running
    },
  }
}

/** Resolves when the broker has the event; rejects when it refused it, or when nobody knows. */
function publish(channel: ConfirmChannel, exchange: string, event: Unsent): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(
      exchange,
      event.type,
      Buffer.from(event.envelope),
      { messageId: event.eventId, type: event.type, contentType: 'application/json', persistent: true },
      (error: unknown) => (error === null ? resolve() : reject(error)),
    )
  })
}
