// mistake: takes deposits and withdrawals for sums, which commute
// refused by: consistency-02.1
// says: doesOrderMatter(deposited, withdrawn) says false

/** Which two events of one wallet may change places, by their kinds. */
import type { LogKind } from '#payments/wallet-log'

/**
 * Whether there is a wallet and there are two events of these kinds of which the wallet ends differently when they change
 * places. `evolveWallet` of #payments/wallet-log says what an event does.
 */
export function doesOrderMatter(one: LogKind, other: LogKind): boolean {
  return one === 'address-set' && other === 'address-set'
}
