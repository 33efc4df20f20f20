// mistake: parses the body and trusts it: the producer validates
// refused by: mq-03.3
// says: were booked all the same

import type { Start } from '#lab/subject'
import { Ledger, transfer } from '#payments/ledger'
import { type Currency, money } from '#payments/money'
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
      const { data } = JSON.parse(content.toString()) as {
        data: { payment_id: string; merchant_id: string; amount: { minor: number; currency: Currency } }
      }
      const { minor, currency } = data.amount
      return { ...data, amount: money(BigInt(Math.round(minor)), currency) }
    },
    async handle({ payment_id, merchant_id, amount }) {
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
