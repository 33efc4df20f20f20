/** The payment service as it runs today: it saves, answers, and tells the wallet in the background. Leave it as it is. */

import amqp from 'amqplib'
import type { World } from '#lab/subject'
import { type Payment, sealEvent } from '#payments/events'

export async function start(world: World) {
  const database = world.openDatabase('payments')
  database.exec(`
    CREATE TABLE IF NOT EXISTS payment (
      payment_id   TEXT PRIMARY KEY,
      merchant_id  TEXT NOT NULL,
      currency     TEXT NOT NULL,
      amount_minor INTEGER NOT NULL
    ) STRICT`)
  const insert = database.prepare('INSERT INTO payment VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments' },
  })
  connection.on('error', () => {})
  const channel = await connection.createConfirmChannel()
  channel.on('error', () => {})

  return {
    /** Resolves when the payment is accepted: the customer sees it in the list of payments. */
    async accept(payment: Payment): Promise<void> {
      const { payment_id, merchant_id, amount } = payment
      if (insert.run(payment_id, merchant_id, amount.currency, amount.minor).changes === 0) return
      const event = sealEvent('PaymentRequested', payment, world)
      // The confirm is waited for, and what is not confirmed is logged. Who reads the log?
      channel.publish(
        world.name('payments'),
        'payment.requested',
        Buffer.from(JSON.stringify(event)),
        { messageId: event.id, contentType: 'application/json', persistent: true },
        (error: unknown) => {
          if (error !== null) world.log(`${event.id} was not sent: ${String(error)}`)
        },
      )
    },
    async stop(): Promise<void> {
      await channel.waitForConfirms()
      await channel.close()
      await connection.close()
      database.close()
    },
  }
}
