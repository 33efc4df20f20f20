/** Which two events of one wallet may change places, by their kinds. */
import type { LogKind } from '#payments/wallet-log'

/**
 * Whether there is a wallet and there are two events of these kinds of which the wallet ends differently when they change
 * places. `evolveWallet` of #payments/wallet-log says what an event does.
 */
export function doesOrderMatter(one: LogKind, other: LogKind): boolean {
  // TODO consistency-02.1: ten pairs. Two of the same kind are a pair as well.
  throw new Error('TODO: which pairs may change places?')
}
