// mistake: remembers the message as processed, then books it: two statements, one after the other
// refused by: mq-03.3
// says: a payment is half done

import type { Start } from '#lab/subject'
import { openEvent } from '#payments/events'
import { Inbox } from '#payments/inbox'
import { Ledger, transfer } from '#payments/ledger'
import { listen } from './listener.ts'

/** Enough to keep busy while an ack travels; few enough to lose sight of after a crash. */
const prefetch = 10

export const start: Start = async (world) => {
  const database = world.openDatabase('wallet')
  const ledger = new Ledger(database, world)
  const inbox = new Inbox(database, 'wallet', world.clock)
  const listening = await listen(world, {
    queue: world.name('payments.work'),
    prefetch,
    read: (content) => ({ content, event: openEvent(content) }),
    async handle({ content, event: { envelope, data } }) {
      const { payment_id, merchant_id, amount } = data
      const legs = transfer('customers', `merchant:${merchant_id}`, amount)
      // A second delivery finds its id and is done.
      if (inbox.process({ id: envelope.id, content }, () => {}) === 'duplicate') return
      ledger.post({ payment_id, kind: 'capture', legs })
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
