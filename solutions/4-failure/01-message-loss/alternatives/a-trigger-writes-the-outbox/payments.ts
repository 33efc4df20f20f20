// way: lets the database write the message for each payment, so that no code can forget it

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
  amount_minor INTEGER NOT NULL,
  event_id     TEXT NOT NULL,
  event        TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS outbox (
  position   INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id TEXT NOT NULL UNIQUE,
  payload    TEXT NOT NULL,
  sent_at    INTEGER
) STRICT;
CREATE TRIGGER IF NOT EXISTS payment_is_told AFTER INSERT ON payment
BEGIN INSERT INTO outbox (message_id, payload) VALUES (NEW.event_id, NEW.event); END;
CREATE INDEX IF NOT EXISTS outbox_unsent ON outbox (position) WHERE sent_at IS NULL`

export async function start(world: World): Promise<Payments> {
  const database = world.openDatabase('payments')
  database.exec(schema)
  const insertPayment = database.prepare(
    'INSERT INTO payment VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  const unsent = database.prepare('SELECT * FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT 1')
  const markSent = database.prepare('UPDATE outbox SET sent_at = ? WHERE position = ?')

  // One statement is one transaction, its trigger included.
  function save(payment: Payment): void {
    const { payment_id, merchant_id, amount } = payment
    const event = sealEvent('PaymentRequested', payment, world)
    insertPayment.run(payment_id, merchant_id, amount.currency, amount.minor, event.id, JSON.stringify(event))
  }

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

  /** One after another, so that the wallet hears of payments in the order in which they were accepted. */
  async function relay(): Promise<void> {
    let pause = pauseMs
    while (!stopping.signal.aborted) {
      // From the table, not from memory: what a former process left behind comes first.
      const row = unsent.get() as Row | undefined
      if (row === undefined) {
        await woken()
        continue
      }
      try {
        await publishConfirmed(channel, world.name('payments'), row)
        // Only now. A kill before this line sends the message twice, which the wallet can tell; marked first, it would be lost.
        markSent.run(world.clock.now(), row.position)
        pause = pauseMs
      } catch (error) {
        world.log(`${row.message_id} was not sent: ${error instanceof Error ? error.message : String(error)}`)
        await world.clock.sleep(pause, stopping.signal).catch(() => {})
        pause = Math.min(pauseMsMax, pause * 2)
      }
    }
  }
  const relaying = relay()

  return {
    async accept(payment) {
      save(payment)
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
    // It comes before the confirm of the same message, which is positive all the same.
    const onReturn = (): void => {
      isReturned = true
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
