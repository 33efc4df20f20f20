// mistake: saves, publishes, and has no outbox: what dies in between is known to nobody
// refused by: failure-01.3, failure-01.4
// says: never sent again

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

interface Row {
  readonly message_id: string
  readonly payload: string
}

const schema = `
CREATE TABLE IF NOT EXISTS payment (
  payment_id   TEXT PRIMARY KEY,
  merchant_id  TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL
) STRICT`

export async function start(world: World): Promise<Payments> {
  const database = world.openDatabase('payments')
  database.exec(schema)
  const insertPayment = database.prepare('INSERT INTO payment VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')

  const save = database.transaction((payment: Payment) => {
    const { payment_id, merchant_id, amount } = payment
    return insertPayment.run(payment_id, merchant_id, amount.currency, amount.minor).changes === 1
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

  const sending = new Set<Promise<void>>()

  return {
    async accept(payment) {
      if (!save.immediate(payment)) return
      const event = sealEvent('PaymentRequested', payment, world)
      const row = { message_id: event.id, payload: JSON.stringify(event) }
      const sent = publishConfirmed(channel, world.name('payments'), row)
        .catch((error: unknown) => world.log(`${event.id} was not sent: ${String(error)}`))
        .finally(() => sending.delete(sent))
      sending.add(sent)
    },
    async stop() {
      stopping.abort()
      await Promise.all(sending)
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
