// mistake: gives every instance a group of its own
// refused by: mq-07.2
// says: each group gets every payment

import { randomUUID } from 'node:crypto'
import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Ledger, transfer } from '#payments/ledger'
import { listen } from './listener.ts'

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const listening = await listen(world, {
    topic: world.name('payments'),
    groupId: world.name(`wallet-${randomUUID()}`),
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
