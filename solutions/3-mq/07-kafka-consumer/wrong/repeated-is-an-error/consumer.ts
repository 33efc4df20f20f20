// mistake: throws when a payment is booked already
// refused by: mq-07.9
// says: came again after a crash

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
      const answer = ledger.post({
        payment_id,
        kind: 'capture',
        legs: transfer('customers', `merchant:${merchant_id}`, amount),
      })
      if (answer === 'repeated') throw new Error(`${payment_id} is booked already`)
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
