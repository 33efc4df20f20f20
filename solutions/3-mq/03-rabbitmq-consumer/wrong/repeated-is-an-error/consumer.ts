// mistake: takes a payment that is booked already for an error
// refused by: mq-03.8
// says: was refused as if it had failed

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
      const outcome = ledger.post({
        payment_id,
        kind: 'capture',
        legs: transfer('customers', `merchant:${merchant_id}`, amount),
      })
      if (outcome === 'repeated') throw new Error(`payment ${payment_id} was captured before`)
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
