// mistake: publishes right after the commit, in the same function
// refused by: mq-10.2
// says: was stored and never published

/** The wallet service: it takes commands, and publishes what came of them. */

import amqp, { type ChannelModel, type ConfirmChannel } from 'amqplib'
import type { Running, Start } from '#lab/subject'
import { seal } from '#payments/envelope'
import { openEventStore } from './event-store.ts'
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
  let connection: ChannelModel | undefined
  let opened: Promise<ConfirmChannel> | undefined

  async function open(): Promise<ConfirmChannel> {
    connection = await amqp.connect(world.amqpUrl, { noDelay: true })
    connection.on('error', () => {})
    connection.on('close', () => {
      opened = undefined
    })
    const channel = await connection.createConfirmChannel()
    channel.on('error', () => {})
    return channel
  }

  function openChannel(): Promise<ConfirmChannel> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  await openChannel()

  async function publish(eventId: string, type: string, envelope: unknown): Promise<void> {
    const channel = await openChannel()
    await new Promise<void>((resolve, reject) => {
      channel.publish(
        world.name('wallets'),
        type,
        Buffer.from(JSON.stringify(envelope)),
        { messageId: eventId, type, contentType: 'application/json', persistent: true },
        (error: unknown) => (error === null ? resolve() : reject(error)),
      )
    })
  }

  function sealed(walletId: string, version: number, eventId: string, type: string, data: unknown) {
    return seal(
      {
        id: eventId,
        source: '/wallets',
        type,
        subject: walletId,
        dataschema: `https://workbook.example/schemas/${type}.json`,
        partitionkey: walletId,
        aggregateversion: version,
        data,
      },
      world,
    )
  }

  return {
    async handle(walletId, command) {
      const before = wallets.load(walletId).version
      const version = wallets.handle(walletId, command)
      for (const { eventId, version: at, type, data } of store.read(walletId, before))
        await publish(eventId, type, sealed(walletId, at, eventId, type, data))
      return version
    },
    async stop() {
      if (opened !== undefined) await connection?.close()
      database.close()
    },
  }
}
