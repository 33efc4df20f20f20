/** A projection: it keeps a copy of the balances, made of the events that the wallet publishes. Two replicas of it run: a and b. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Database } from 'better-sqlite3'
import type { Running, World } from '#lab/subject'
import { readBalanceChanged } from '#payments/balance-changed'

/** Each has a queue, balances-a or balances-b, and a database of the same name. */
export const replicas = ['a', 'b'] as const
export type Replica = (typeof replicas)[number]

// The version stands in the row that it is about: amount and progress change in one statement, or neither does.
const schema = `
CREATE TABLE IF NOT EXISTS balance (
  wallet_id     TEXT PRIMARY KEY,
  balance_minor INTEGER NOT NULL,
  version       INTEGER NOT NULL,
  committed_at  INTEGER NOT NULL
) STRICT`

/** The copy of a replica; its table is made when it is missing. */
export function openCopy(world: World, replica: Replica): Database {
  const database = world.openDatabase(`balances-${replica}`)
  database.exec(schema)
  return database
}

/** Started as a process of its own it is replica a. */
export async function start(world: World, replica: Replica = 'a'): Promise<Running> {
  const database = openCopy(world, replica)
  // Only by something newer: an event that comes again, or late, changes nothing.
  const keep = database.prepare(
    `INSERT INTO balance VALUES (?, ?, ?, ?) ON CONFLICT (wallet_id)
     DO UPDATE SET balance_minor = excluded.balance_minor, version = excluded.version, committed_at = excluded.committed_at
     WHERE excluded.version > balance.version`,
  )
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: `balances-${replica}` },
  })
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  let isStopping = false
  channel.on('error', () => {})
  // Without its channel it is of no use. Whoever runs this process starts it again.
  channel.on('close', () => {
    if (!isStopping) process.exit(1)
  })

  function apply(message: ConsumeMessage): void {
    try {
      const { wallet_id, balance_minor, version, committed_at } = readBalanceChanged(message.content)
      keep.run(wallet_id, balance_minor, version, committed_at)
      // Behind the commit. In between, a crash brings the event once more, and the version says so.
      channel.ack(message)
    } catch (error) {
      world.log(`refused: ${error instanceof Error ? error.message : String(error)}`)
      channel.reject(message, false)
    }
  }

  await channel.prefetch(50)
  const { consumerTag } = await channel.consume(world.name(`balances-${replica}`), (message) => {
    if (message !== null) apply(message)
  })

  return {
    async stop() {
      await channel.cancel(consumerTag)
      isStopping = true
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}
