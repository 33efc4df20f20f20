/** The wallet's consumer: it books requested payments. */

import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Ledger, transfer } from '#payments/ledger'
import { listen } from './listener.ts'

/** Enough to keep busy while an ack travels; few enough to lose sight of after a crash. */
const prefetch = 10

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const listening = await listen(world, {
    queue: world.name('payments.work'),
    prefetch,
    // Validates too: an amount that is no amount ends here, before anybody has touched the books.
    read: (content) => openEvent(content).data,
    async handle({ payment_id, merchant_id, amount }) {
      // One transaction: entries, balances and the mark that this payment is captured. If the payment is there already, the
      // ledger answers 'repeated', and that is a success: what the message asks for has happened.
      ledger.post({
        payment_id,
        kind: 'capture',
        legs: transfer('customers', `merchant:${merchant_id}`, amount),
      })
    },
  })
  return {
    async stop() {
      // Listening first: a handler at work still needs the database.
      await listening.stop()
      database.close()
    },
  }
}
