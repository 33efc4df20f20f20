/** The wallet's consumer: it books requested payments. */

import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Ledger, transfer } from '#payments/ledger'
import { listen } from './listener.ts'

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const listening = await listen(world, {
    topic: world.name('payments'),
    // The same for every instance, today and after the next deployment: the group is where the offsets are.
    groupId: world.name('wallet'),
    deadTopic: world.name('payments.dead'),
    concurrency: 3,
    // Validates too: an amount that is no amount ends here, before anybody has touched the books.
    read: (value) => openEvent(value).data,
    async handle({ payment_id, merchant_id, amount }) {
      // One transaction, which marks the payment as captured. If the record comes again, the ledger answers 'repeated', and
      // that is a success: what it asks for has happened.
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
