/** The consumer of wallet events: applies each wallet's events in their order, and tells somebody when one of them never comes. */

import type { Running, Start } from '#lab/subject'

export interface Consumer extends Running {
  /** How many early events it keeps now, of all wallets. */
  kept(): number
}

export const start: Start<Consumer> = async (world) => {
  // TODO failure-05.3: take events from wallets.events and apply each wallet's in the order of their sequence numbers, each once
  //   (Accounts and readWalletEvent of #payments/wallet-events, database "accounts"). What comes early waits, keptMax (sequencer.ts) at most.
  // TODO failure-05.4: whatever you have acknowledged outlives your process; so does how far each wallet is.
  // TODO failure-05.4: a gap older than gapMsMax (by world.clock), or one that more than keptMax wait behind, is reported: a JSON
  //   message { wallet_id, from } to the queue wallets.gaps. Whoever has the history sends everything again from there on.
  throw new Error('TODO: apply in order')
}
