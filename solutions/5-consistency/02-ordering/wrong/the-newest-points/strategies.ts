// mistake: treats points like an address: the newest event counts
// refused by: consistency-02.4
// says: is not enough for points-earned

/** The ordering strategy of each kind of event. */
import type { LogKind } from '#payments/wallet-log'

/**
 * - `in order`: takes effect when every earlier event of its wallet has arrived, and after those of them that are in order as well
 * - `newest wins`: takes effect at once, unless a later event of its kind and wallet already has
 * - `any order`: takes effect at once, once
 */
export type Strategy = 'in order' | 'newest wins' | 'any order'

/** The weakest that will do: nobody waits who need not. */
export const strategies: Readonly<Record<LogKind, Strategy>> = {
  // Deposits commute with each other, and not with withdrawals: one that takes effect too early covers what was refused.
  deposited: 'in order',
  withdrawn: 'in order',
  // A sum that nobody looks at before it changes. What it needs is to be counted once.
  'points-earned': 'newest wins',
  // An absolute value: the last one by number counts, whatever became of the ones before.
  'address-set': 'newest wins',
}
