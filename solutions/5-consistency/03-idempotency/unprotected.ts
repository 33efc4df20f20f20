/** The charging service as it runs today: it charges what comes, books what it has charged, and asks nothing. Leave it as it is. */

import amqp, { type ConsumeMessage } from 'amqplib'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { newId } from '#payments/ids'
import { Cards } from './cards.ts'

const schema = `
CREATE TABLE IF NOT EXISTS delivery (
  position    INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id  TEXT NOT NULL,
  redelivered INTEGER NOT NULL,
  headers     TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS entry (
  position     INTEGER PRIMARY KEY AUTOINCREMENT,
  payment_id   TEXT NOT NULL,
  merchant_id  TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL
) STRICT`

export const start: Start = async (world) => {
  const database = world.openDatabase('unprotected')
  database.exec(schema)
  const seen = database.prepare('INSERT INTO delivery (message_id, redelivered, headers) VALUES (?, ?, ?)')
  const book = database.prepare(
    'INSERT INTO entry (payment_id, merchant_id, currency, amount_minor) VALUES (?, ?, ?, ?)',
  )
  const cards = new Cards(world)
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'charger' },
  })
  const channel = await connection.createChannel()
  connection.on('error', () => {})
  channel.on('error', () => {})

  async function work(message: ConsumeMessage): Promise<void> {
    const { headers = {}, messageId = '' } = message.properties
    seen.run(messageId, message.fields.redelivered ? 1 : 0, JSON.stringify(headers))
    try {
      const { data } = openEvent(message.content)
      // A key for this attempt. "The gateway wants one."
      const outcome = await cards.charge(newId(world), data)
      if (outcome === 'approved')
        book.run(data.payment_id, data.merchant_id, data.amount.currency, data.amount.minor)
      channel.ack(message)
    } catch (error) {
      world.log(`refused: ${error instanceof Error ? error.message : String(error)}`)
      channel.reject(message, false)
    }
  }

  await channel.prefetch(1)
  await channel.consume(world.name('payments.charge'), (message) => {
    if (message !== null) void work(message)
  })

  return {
    async stop() {
      await channel.close().catch(() => {})
      await connection.close().catch(() => {})
      database.close()
    },
  }
}
