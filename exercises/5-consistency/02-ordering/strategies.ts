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
  // TODO consistency-02.4: these four are the strictest. Which of them may be weaker?
  deposited: 'in order',
  withdrawn: 'in order',
  'points-earned': 'in order',
  'address-set': 'in order',
}
