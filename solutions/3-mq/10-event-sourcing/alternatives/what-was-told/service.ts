/** The wallet service: it takes commands, and a relay publishes what came of them, after the commit and until it is confirmed. */

import amqp, { type ConfirmChannel } from 'amqplib'
import type { Running, Start } from '#lab/subject'
import { seal } from '#payments/envelope'
import { openEventStore } from './event-store.ts'
import type { WalletCommand } from './wallet.ts'
import { openWallets } from './wallets.ts'

export interface WalletService extends Running {
  /** Answers the version of the wallet's stream after the command; rejects with WalletRefused. */
  handle(walletId: string, command: WalletCommand): Promise<number>
}

interface Untold {
  readonly stream_id: string
  readonly version: number
  readonly event_id: string
  readonly type: string
  readonly data: string
  readonly at: number
}

export const start: Start<WalletService> = async (world) => {
  const database = world.openDatabase('wallets')
  const wallets = openWallets(database, openEventStore(world, database))
  const untold = database.prepare(
    `SELECT stream_id, version, event_id, type, data, at FROM event
     WHERE event_id NOT IN (SELECT event_id FROM told) ORDER BY position LIMIT 50`,
  )
  const told = database.prepare('INSERT INTO told VALUES (?) ON CONFLICT DO NOTHING')
  const stopping = new AbortController()

  function publish(channel: ConfirmChannel, row: Untold): Promise<void> {
    const envelope = seal(
      {
        source: '/wallets',
        id: row.event_id,
        time: new Date(row.at).toISOString(),
        type: row.type,
        subject: row.stream_id,
        partitionkey: row.stream_id,
        aggregateversion: row.version,
        dataschema: `https://workbook.example/schemas/${row.type}.json`,
        data: JSON.parse(row.data) as unknown,
      },
      world,
    )
    return new Promise((resolve, reject) => {
      channel.publish(
        world.name('wallets'),
        row.type,
        Buffer.from(JSON.stringify(envelope)),
        { persistent: true, messageId: row.event_id, type: row.type, contentType: 'application/json' },
        (error) => (error ? reject(error) : resolve()),
      )
      channel.once('close', () => reject(new Error('channel closed')))
    })
  }

  async function session() {
    const connection = await amqp.connect(world.amqpUrl, { noDelay: true })
    connection.on('error', () => {})
    let isOpen = true
    connection.on('close', () => {
      isOpen = false
    })
    try {
      const channel = await connection.createConfirmChannel()
      channel.on('error', () => {})
      channel.setMaxListeners(0)
      while (isOpen && !stopping.signal.aborted) {
        for (const row of untold.all() as Untold[]) {
          await publish(channel, row)
          told.run(row.event_id)
        }
        await world.clock.sleep(20, stopping.signal).catch(() => undefined)
      }
    } finally {
      if (isOpen) await connection.close().catch(() => undefined)
    }
  }

  async function relay() {
    while (!stopping.signal.aborted) {
      await session().catch((error: unknown) => world.log(String(error)))
      await world.clock.sleep(50, stopping.signal).catch(() => undefined)
    }
  }
  const relaying = relay()

  return {
    handle: async (walletId, command) => wallets.handle(walletId, command),
    async stop() {
      stopping.abort()
      await relaying
      database.close()
    },
  }
}
