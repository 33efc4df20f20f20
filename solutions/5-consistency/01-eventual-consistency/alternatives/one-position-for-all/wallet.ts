// way: numbers all changes of all wallets with one position, as a log does: it grows for each wallet too, and that is all a reader needs

/** The wallet: it keeps the balances, and tells everybody else of each change. */

import amqp from 'amqplib'
import type { Running, Start } from '#lab/subject'
import { sealBalanceChanged } from '#payments/balance-changed'
import { Outbox, type OutboxMessage } from '#payments/outbox'

/** What a caller gets for a change: by `version` it can ask any copy of the balances whether it has seen that change. */
export interface Written {
  readonly wallet_id: string
  /** Higher than that of every earlier change of this wallet. */
  readonly version: number
  /** When it was committed, milliseconds since the Unix epoch. */
  readonly committed_at: number
}

export interface Wallet extends Running {
  /** Adds an amount to a wallet (below zero: takes it out), in the smallest unit. Resolves as soon as that is committed. */
  pay(walletId: string, amountMinor: number): Promise<Written>
}

const schema = `
CREATE TABLE IF NOT EXISTS wallet (
  wallet_id     TEXT PRIMARY KEY,
  balance_minor INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS position (
  position  INTEGER PRIMARY KEY AUTOINCREMENT,
  wallet_id TEXT NOT NULL
) STRICT`

export const start: Start<Wallet> = async (world) => {
  const database = world.openDatabase('wallet')
  database.exec(schema)
  const outbox = new Outbox(database, world.clock)
  const change = database.prepare(
    `INSERT INTO wallet VALUES (?, ?) ON CONFLICT (wallet_id)
     DO UPDATE SET balance_minor = balance_minor + excluded.balance_minor RETURNING balance_minor`,
  )
  const advance = database.prepare('INSERT INTO position (wallet_id) VALUES (?)')

  // Balance, version and event in one transaction: whoever is told the version can be sure that the event will follow.
  const commit = database.transaction((wallet_id: string, delta_minor: number): Written => {
    const committed_at = Math.floor(world.clock.now())
    const { balance_minor } = change.get(wallet_id, delta_minor) as { balance_minor: number }
    const version = Number(advance.run(wallet_id).lastInsertRowid)
    const changed = { wallet_id, version, delta_minor, balance_minor, committed_at }
    outbox.add({ id: wallet_id, version }, sealBalanceChanged(changed, world))
    return { wallet_id, version, committed_at }
  })

  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'wallet' },
  })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})
  const stopping = new AbortController()
  channel.on('close', () => stopping.abort())

  const publish = ({ envelope }: OutboxMessage): Promise<void> =>
    new Promise((resolve, reject) => {
      channel.publish(
        world.name('wallets'),
        'wallet.balance-changed',
        Buffer.from(JSON.stringify(envelope)),
        { messageId: envelope.id, contentType: 'application/json', persistent: true },
        (error: unknown) => (error === null ? resolve() : reject(error)),
      )
    })

  // One relay at a time, so that the events leave in the order of the commits.
  let relaying = Promise.resolve()
  function relay(): void {
    relaying = relaying
      .then(() => outbox.relay(publish, stopping.signal))
      .then(() => {})
      // It stays in the outbox, and leaves with the next payment or the next start.
      .catch((error: unknown) => world.log(`not sent yet: ${String(error)}`))
  }
  relay()

  return {
    async pay(walletId, amountMinor) {
      const written = commit.immediate(walletId, amountMinor)
      // Not awaited: the payment is done, and everybody else hears of it later.
      relay()
      return written
    },
    async stop() {
      await relaying
      stopping.abort()
      await channel.close().catch(() => {})
      await connection.close().catch(() => {})
      database.close()
    },
  }
}
