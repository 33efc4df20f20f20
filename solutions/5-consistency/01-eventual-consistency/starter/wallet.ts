/** The wallet: it keeps the balances, and tells everybody else of each change. */

import type { Running, Start } from '#lab/subject'

/** What a caller gets for a change: by `version` it can ask any copy of the balances whether it has seen that change. */
export interface Written {
  readonly wallet_id: string
  /** Higher than that of every earlier change of this wallet. */
  readonly version: number
  /** When it was committed, milliseconds since the Unix epoch. */
  readonly committed_at: number
}

export interface Wallet extends Running {
  /** Adds an amount to a wallet (below zero: takes it out), in the smallest unit. Resolves as soon as that is committed. */
  pay(walletId: string, amountMinor: number): Promise<Written>
}

export const start: Start<Wallet> = async (world) => {
  // TODO consistency-01.1: database "wallet" (world.openDatabase). A payment changes the balance and its version, and leaves the event
  //   (sealBalanceChanged of #payments/balance-changed) in an outbox (Outbox of #payments/outbox), in one transaction.
  // TODO consistency-01.1: publish what the outbox holds to the exchange "wallets" (world.name), confirmed, one after the other.
  //   The lab has declared the exchange. Who calls pay() does not wait for any of that.
  throw new Error('TODO: commit the payment, and tell of it')
}
