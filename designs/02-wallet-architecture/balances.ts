/** The balances that users see: kept from events that come late, twice and out of order, and honest about what they don't know. */
import type { Database } from 'better-sqlite3'

/** A balance as its owner has it. `minor` counts the smallest unit of the wallet's currency. */
export interface OwnedBalance {
  readonly walletId: string
  /** Counts the changes of this wallet, from 1 without gaps. */
  readonly version: number
  readonly minor: bigint
  /** Milliseconds since the Unix epoch. */
  readonly changedAt: number
}

export type Answer =
  /** What is known, and as of when. */
  | { readonly is: 'shown'; readonly version: number; readonly minor: bigint; readonly asOf: number }
  /** What was asked for has not arrived yet: no figure, since any would be wrong. */
  | { readonly is: 'pending'; readonly awaited: number }
  /** Nothing was ever told of this wallet. That is not a balance of 0. */
  | { readonly is: 'unknown' }

/** A wallet that users see otherwise than its owner has it, though there was time enough for the news to arrive. */
export interface Difference {
  readonly walletId: string
  /** `missing`: never told. `behind`: an older version is shown. `wrong`: the same version with another balance. */
  readonly is: 'missing' | 'behind' | 'wrong'
}

export interface Balances {
  /** Takes an event in, whichever it is: a repeat and a straggler change nothing. */
  apply(told: OwnedBalance): void
  /** @param atLeast the version that the reader knows of, from their own transaction: nothing older is shown as the balance */
  read(walletId: string, atLeast?: number): Answer
  /**
   * Compares with what the owner has, and repairs what differs. What changed within the stale window is passed over: it may be on its way.
   * @param now milliseconds since the Unix epoch
   */
  reconcile(owned: readonly OwnedBalance[], now: number): readonly Difference[]
}

/** How far behind users may be, milliseconds. The same as in architecture.ts. */
// TODO design-02.7: a deployment of this service takes 20 s, and a minute is too long to be wrong
export const staleMsMax = 0

/** Makes what it needs in the database, which outlives the process. */
export function openBalances(_database: Database): Balances {
  // TODO design-02.7: stale window, read-your-writes, reconciliation
  throw new Error('TODO: keep the balances that users see')
}
