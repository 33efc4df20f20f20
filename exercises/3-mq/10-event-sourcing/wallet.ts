/** A wallet as data: what may be asked of it, what can have happened to it, and what it is after all that happened. */

import { type Currency, fromWire, type WireMoney } from '#payments/money'

/** What somebody wants. `reference` is the id of the top-up or of the payment: asked twice with one, it happens once. */
export type WalletCommand =
  | { readonly kind: 'open'; readonly owner: string; readonly currency: Currency }
  | { readonly kind: 'deposit' | 'reserve'; readonly reference: string; readonly amount: WireMoney }
  | { readonly kind: 'capture' | 'release'; readonly reference: string }

/** An event as it was written: any type in any version. Its data is JSON. */
export interface WrittenEvent {
  readonly type: string
  readonly data: unknown
}

interface Amount {
  readonly reference: string
  readonly amount: WireMoney
}

interface Reference {
  readonly reference: string
}

/** The events that today's code writes. */
export type WalletEvent =
  | {
      readonly type: 'workbook.payments.wallet-opened.v1'
      readonly data: { readonly owner: string; readonly currency: Currency }
    }
  /** v1 had `{ reference, amount: 12000 }`, always VND; v2 had `{ reference, minor: 12000, currency: 'VND' }`. */
  | { readonly type: 'workbook.payments.funds-deposited.v3'; readonly data: Amount }
  | { readonly type: 'workbook.payments.funds-reserved.v1'; readonly data: Amount }
  | { readonly type: 'workbook.payments.funds-captured.v1'; readonly data: Reference }
  | { readonly type: 'workbook.payments.funds-released.v1'; readonly data: Reference }

/** What became of one top-up or payment; `minor` in the smallest unit of the wallet's currency. */
export interface Movement {
  readonly is: 'deposited' | 'reserved' | 'captured' | 'released'
  readonly minor: bigint
}

export interface Wallet {
  readonly owner: string | undefined
  /** Undefined until the wallet was opened. */
  readonly currency: Currency | undefined
  /** What was deposited less what was captured, in the smallest unit. */
  readonly posted: bigint
  /** By reference. */
  readonly movements: Readonly<Record<string, Movement>>
}

/** Before anything has happened. */
export const noWallet: Wallet = { owner: undefined, currency: undefined, posted: 0n, movements: {} }

/** Counts the shapes that `Wallet` has had. A snapshot of another shape is no snapshot. */
export const walletSchemaVersion = 2

/** What may be spent: posted, less what is reserved. */
export function available({ posted, movements }: Wallet): bigint {
  const reserved = Object.values(movements).filter(({ is }) => is === 'reserved')
  return reserved.reduce((left, { minor }) => left - minor, posted)
}

/** A command that the wallet's rules of today refuse. Retrying is useless, unless the wallet changes. */
export class WalletRefused extends Error {
  override readonly name = 'WalletRefused'
}

/** What a command leads to: no event at all when it has happened already. @throws WalletRefused */
export function decide(wallet: Wallet, command: WalletCommand): readonly WalletEvent[] {
  if (command.kind === 'open') {
    const { owner, currency } = command
    return wallet.currency === undefined
      ? [{ type: 'workbook.payments.wallet-opened.v1', data: { owner, currency } }]
      : []
  }
  const { kind, reference } = command
  if (wallet.currency === undefined) throw new WalletRefused(`the wallet was not opened: no ${kind}`)
  const movement = wallet.movements[reference]
  if (kind === 'deposit' || kind === 'reserve') {
    if (movement !== undefined) return []
    const { amount } = command
    const { minor, currency } = fromWire(amount)
    if (currency !== wallet.currency)
      throw new WalletRefused(`the wallet holds ${wallet.currency}, not ${currency}`)
    if (kind === 'reserve' && minor > available(wallet))
      throw new WalletRefused(`${minor} are more than the ${available(wallet)} available`)
    return kind === 'deposit'
      ? [{ type: 'workbook.payments.funds-deposited.v3', data: { reference, amount } }]
      : [{ type: 'workbook.payments.funds-reserved.v1', data: { reference, amount } }]
  }
  const wanted = kind === 'capture' ? 'captured' : 'released'
  if (movement?.is === wanted) return []
  if (movement?.is !== 'reserved') throw new WalletRefused(`nothing is reserved for ${reference}`)
  return [{ type: `workbook.payments.funds-${wanted}.v1`, data: { reference } }]
}

/** What the wallet is after one more event. */
export function evolve(wallet: Wallet, event: WalletEvent): Wallet {
  // TODO mq-10.6: a new wallet, made of these two and of nothing else. Neither of them is changed.
  // TODO mq-10.7: the same today and in a year.
  throw new Error('TODO: apply the event')
}

/** An event as today's code writes it, whichever version it was written in. */
export function upcast(event: WrittenEvent): WalletEvent {
  // TODO mq-10.4: funds-deposited was written as v1 and v2 too (see WalletEvent). What is stored stays as it is.
  throw new Error('TODO: bring the event to its latest version')
}
