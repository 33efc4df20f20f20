// mistake: parses the value and trusts it: the producer validates
// refused by: mq-07.5
// says: were booked all the same

import type { Start } from '#lab/subject'
import { Ledger, transfer } from '#payments/ledger'
import { type Currency, money } from '#payments/money'
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
    read(value) {
      const { data } = JSON.parse(value.toString()) as {
        data: { payment_id: string; merchant_id: string; amount: { minor: number; currency: Currency } }
      }
      const { minor, currency } = data.amount
      return { ...data, amount: money(BigInt(minor), currency) }
    },
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
