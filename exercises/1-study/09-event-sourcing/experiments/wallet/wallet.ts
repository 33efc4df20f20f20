/** A wallet as it is computed from its events: who decides may refuse, who evolves may not. */

/** Amounts in VND. */
export type WalletEvent =
  | { readonly type: 'deposited'; readonly amount: number }
  | { readonly type: 'reserved'; readonly payment: string; readonly amount: number }
  | { readonly type: 'released'; readonly payment: string }

export interface Wallet {
  readonly deposited: number
  /** What is set aside, by payment. */
  readonly reserved: Readonly<Record<string, number>>
}

export const noWallet: Wallet = { deposited: 0, reserved: {} }

/** What may be spent. */
export function available({ deposited, reserved }: Wallet): number {
  return Object.values(reserved).reduce((left, amount) => left - amount, deposited)
}

/** The events of a reservation; none when there is not enough. @param most the rule of the day, in VND */
export function reserve(
  wallet: Wallet,
  payment: string,
  amount: number,
  most = Number.POSITIVE_INFINITY,
): readonly WalletEvent[] {
  if (amount > available(wallet) || amount > most) return []
  return [{ type: 'reserved', payment, amount }]
}

/** The wallet after one more event. It happened: there is nothing to refuse. */
export function evolve({ deposited, reserved }: Wallet, event: WalletEvent): Wallet {
  switch (event.type) {
    case 'deposited':
      return { deposited: deposited + event.amount, reserved }
    case 'reserved':
      return { deposited, reserved: { ...reserved, [event.payment]: event.amount } }
    case 'released': {
      const { [event.payment]: _, ...others } = reserved
      return { deposited, reserved: others }
    }
  }
}

/** The wallet after all of them. */
export function replay(events: readonly WalletEvent[], from: Wallet = noWallet): Wallet {
  return events.reduce(evolve, from)
}
