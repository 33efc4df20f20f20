/** The wallet's consumer: it books payments, tries a failed one again within bounds, and takes no other message along. */

import type { Start } from '#lab/subject'

export const start: Start = async (world) => {
  // TODO failure-06.3: declare the topology; take payments from payments.work and book each with a Wallet (#payments/wallet) over
  //   the database "wallet". Its book() throws MerchantFrozen when a later attempt may succeed.
  // TODO failure-06.3: three attempts at most (attemptsMax in topology.ts), whoever restarts, or dies of the message, in between.
  //   One attempt only for what will fail the same way tomorrow.
  // TODO failure-06.4: what is given up goes to payments.dlx with why, after how many attempts, and where it came from; the good
  //   ones are booked.
  throw new Error('TODO: book, try again within bounds, give up')
}
