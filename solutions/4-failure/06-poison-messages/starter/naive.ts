/** The consumer that everybody writes first: what fails goes back into the queue. Written to be watched, not to be kept. */

import type { Running, Start } from '#lab/subject'

export interface Naive extends Running {
  /** How often each message was delivered, by its message id. */
  deliveries(): Readonly<Record<string, number>>
}

export const start: Start<Naive> = async (world) => {
  // TODO failure-06.2: take payments from payments.work, one at a time; book each with a Wallet (#payments/wallet) over the
  //   database "wallet". What fails goes back into the queue, at once.
  // TODO failure-06.2: count the deliveries of each message.
  throw new Error('TODO: book, or put it back')
}
