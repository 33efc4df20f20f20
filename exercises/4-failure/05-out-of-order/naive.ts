/** The consumer that takes events as they come. Written to be watched, not to be kept. */

import type { Running, Start } from '#lab/subject'

export interface Naive extends Running {
  /** How often an event came that was not the next one of its wallet. */
  gaps(): number
}

export const start: Start<Naive> = async (world) => {
  // TODO failure-05.2: take messages from wallets.events, read each with readWalletEvent and apply it with Accounts
  //   (#payments/wallet-events) over the database "accounts", as they come; acknowledge.
  // TODO failure-05.2: count the events that were not the next one of their wallet.
  throw new Error('TODO: take them as they come')
}
