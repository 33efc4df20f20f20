/** The wallet's consumer: it books requested payments. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO mq-03.3: open the database "wallet" (world.openDatabase) and its ledger (#payments/ledger), and listen to
  //   payments.work (world.name). openEvent (#payments/events) reads a body and throws when it is no event of ours.
  // TODO mq-03.3: book a PaymentRequested as a 'capture' from 'customers' to 'merchant:<merchant_id>'.
  // TODO mq-03.8: the same payment may come twice.
  throw new Error('TODO: listen to payments.work and book what comes')
}
