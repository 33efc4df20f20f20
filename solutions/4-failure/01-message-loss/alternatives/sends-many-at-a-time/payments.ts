// way: keeps up to ten unconfirmed, and marks each by its own confirm

/** The payment service: what it has accepted leaves its database, whoever dies in between. */

import amqp, { type ConfirmChannel } from 'amqplib'
import type { World } from '#lab/subject'
import { type Payment, sealEvent } from '#payments/events'

/** What the rest of the system uses. */
export interface Payments {
  /** Resolves when the payment is accepted: from then on the wallet will hear of it. To accept it again changes nothing. */
  accept(payment: Payment): Promise<void>
  /** Sends no more, and closes. What has not been sent waits for the next start. */
  stop(): Promise<void>
}

/** The pause after a message that could not be sent; it doubles up to the maximum. */
const pauseMs = 25
const pauseMsMax = 500

interface Row {
  readonly position: number
  readonly message_id: string
  readonly payload: string
}

const schema = `
CREATE TABLE IF NOT EXISTS payment (
  payment_id   TEXT PRIMARY KEY,
  merchant_id  TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
  position   INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  payload    TEXT NOT NULL,
  sent_at    INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_unsent ON outbox (position) WHERE sent_at IS NULL`

export async function start(world: World): Promise<Payments> {
  const database = world.openDatabase('payments')
  database.exec(schema)
  const insertPayment = database.prepare('INSERT INTO payment VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
  const insertMessage = database.prepare('INSERT INTO outbox (message_id, payload) VALUES (?, ?)')
  const unsent = database.prepare('SELECT * FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT 10')
  const markSent = database.prepare('UPDATE outbox SET sent_at = ? WHERE position = ?')

  // Payment and message in one transaction: there is no moment at which one of them exists without the other.
  const save = database.transaction((payment: Payment) => {
    const { payment_id, merchant_id, amount } = payment
    if (insertPayment.run(payment_id, merchant_id, amount.currency, amount.minor).changes === 0) return
    // Sealed here, once. Sealed when it is sent, each attempt would be another event.
    const event = sealEvent('PaymentRequested', payment, world)
    insertMessage.run(event.id, JSON.stringify(event))
  })

  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments' },
  })
  const channel = await connection.createConfirmChannel()
  const stopping = new AbortController()
  connection.on('error', () => {})
  channel.on('error', () => {})
  // Without its channel the relay is of no use. Whoever runs this process starts it again, and what is unsent is still in the
  // outbox. (Coming back by itself is failure-04.)
  channel.on('close', () => {
    if (!stopping.signal.aborted) process.exit(1)
  })

  let wake = (): void => {}
  const woken = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve
    })

  async function relay(): Promise<void> {
    let pause = pauseMs
    while (!stopping.signal.aborted) {
      const rows = unsent.all() as Row[]
      if (rows.length === 0) {
        await woken()
        continue
      }
      const outcomes = await Promise.allSettled(
        rows.map(async (row) => {
          await publishConfirmed(channel, world.name('payments'), row)
          markSent.run(world.clock.now(), row.position)
        }),
      )
      if (outcomes.every(({ status }) => status === 'fulfilled')) pause = pauseMs
      else {
        // A failed one is overtaken by those behind it: who needs their order sends one at a time.
        await world.clock.sleep(pause, stopping.signal).catch(() => {})
        pause = Math.min(pauseMsMax, pause * 2)
      }
    }
  }
  const relaying = relay()

  return {
    async accept(payment) {
      save.immediate(payment)
      // Nobody waits for the broker here, and nobody has to: the row is what was promised.
      wake()
    },
    async stop() {
      stopping.abort()
      wake()
      await relaying
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}

/** Resolves when the broker has the message in a queue; rejects when it came back, was refused, or nobody knows. */
function publishConfirmed(
  channel: ConfirmChannel,
  exchange: string,
  { message_id, payload }: Row,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isReturned = false
    const onReturn = ({ properties }: { properties: { messageId?: unknown } }): void => {
      if (properties.messageId === message_id) isReturned = true
    }
    channel.on('return', onReturn)
    channel.publish(
      exchange,
      'payment.requested',
      Buffer.from(payload),
      { messageId: message_id, contentType: 'application/json', persistent: true, mandatory: true },
      (error: unknown) => {
        channel.off('return', onReturn)
        if (isReturned) reject(new Error('it came back: nothing is bound to payment.requested'))
        else if (error === null) resolve()
        else reject(error instanceof Error ? error : new Error(String(error)))
      },
    )
  })
}
