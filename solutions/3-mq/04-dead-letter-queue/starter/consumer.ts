/** The wallet's consumer: it books payments, tries a failed one again later, and gives up after the last retry. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO mq-04.5: take payments from payments.work (openEvent of #payments/events reads a message; what it throws no retry will heal) and book
  //   each with a Wallet (#payments/wallet) over the database "wallet".
  //   What fails goes to the wait queue of its next retry. The count of attempts has to survive your process.
  // TODO mq-04.7: after the third retry, or at once if it can't be read, a message goes to the DLX, and nowhere else.
  //   Whichever way it goes: first it is there, then the old copy is acknowledged.
  // TODO mq-04.8: send along why, after how many attempts, and where it came from.
  throw new Error('TODO: book, retry, give up')
}
