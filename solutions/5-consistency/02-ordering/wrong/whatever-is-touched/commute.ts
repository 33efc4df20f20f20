// mistake: orders whatever belongs to the same wallet
// refused by: consistency-02.1
// says: makes them wait for nothing

/** Which two events of one wallet may change places, by their kinds. */
import type { LogKind } from '#payments/wallet-log'

/**
 * Whether there is a wallet and there are two events of these kinds of which the wallet ends differently when they change
 * places. `evolveWallet` of #payments/wallet-log says what an event does.
 */
export function doesOrderMatter(one: LogKind, other: LogKind): boolean {
  // Two deposits are a sum. A withdrawal looks before it takes, so whatever changes what it sees must not change places with it,
  // and that is a deposit and another withdrawal. An address is an absolute value: the last one counts.
  return one !== other || one === 'withdrawn' || one === 'address-set'
}
