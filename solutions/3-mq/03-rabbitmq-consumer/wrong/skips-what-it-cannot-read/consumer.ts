// mistake: skips what it can not read, so that it does not block the queue
// refused by: mq-03.3
// says: is nowhere now

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
    read(content) {
      try {
        return openEvent(content).data
      } catch {
        return undefined
      }
    },
    async handle(payment) {
      if (payment === undefined) return
      const { payment_id, merchant_id, amount } = payment
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
