/** The wallet's consumer: it books requested payments. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO mq-07.5: open the database "wallet" (world.openDatabase) and its ledger (#payments/ledger), and listen to the topic
  //   payments. openEvent (#payments/events) reads a value and throws when it is no event of ours. What can't be read or booked
  //   goes to payments.dead.
  // TODO mq-07.2: the group is called wallet, in every instance. All names through world.name.
  // TODO mq-07.5: book a PaymentRequested as a 'capture' from 'customers' to 'merchant:<merchant_id>'.
  // TODO mq-07.9: the same payment may come twice.
  throw new Error('TODO: listen to payments and book what comes')
}
