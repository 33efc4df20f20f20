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

/**
 * What the wallet is after one more event. Pure: the same for the same two arguments, today and in a year, and neither is
 * changed. It never refuses: what happened has happened, whatever today's rules say of it.
 */
export function evolve(wallet: Wallet, { type, data }: WalletEvent): Wallet {
  switch (type) {
    case 'workbook.payments.wallet-opened.v1':
      return { ...wallet, owner: data.owner, currency: data.currency }
    case 'workbook.payments.funds-deposited.v3': {
      const { minor } = fromWire(data.amount)
      return moved({ ...wallet, posted: wallet.posted + minor }, data.reference, { is: 'deposited', minor })
    }
    case 'workbook.payments.funds-reserved.v1':
      return moved(wallet, data.reference, { is: 'reserved', minor: fromWire(data.amount).minor })
    case 'workbook.payments.funds-captured.v1': {
      const minor = wallet.movements[data.reference]?.minor ?? 0n
      return moved({ ...wallet, posted: wallet.posted - minor }, data.reference, { is: 'captured', minor })
    }
    case 'workbook.payments.funds-released.v1': {
      const minor = wallet.movements[data.reference]?.minor ?? 0n
      return moved(wallet, data.reference, { is: 'released', minor })
    }
    default:
      return type satisfies never
  }
}

function moved(wallet: Wallet, reference: string, movement: Movement): Wallet {
  return { ...wallet, movements: { ...wallet.movements, [reference]: movement } }
}

type Step = (data: never) => WrittenEvent

// One step for each version, and no step that skips one: the chain for v1 stays as it is when v4 comes.
const steps: Readonly<Record<string, Step>> = {
  'workbook.payments.funds-deposited.v1': (data: { reference: string; amount: number }) => ({
    type: 'workbook.payments.funds-deposited.v2',
    data: { reference: data.reference, minor: data.amount, currency: 'VND' },
  }),
  'workbook.payments.funds-deposited.v2': (data: {
    reference: string
    minor: number
    currency: Currency
  }) => ({
    type: 'workbook.payments.funds-deposited.v3',
    data: { reference: data.reference, amount: { minor: data.minor, currency: data.currency } },
  }),
}

const known = new Set<string>([
  'workbook.payments.wallet-opened.v1',
  'workbook.payments.funds-deposited.v3',
  'workbook.payments.funds-reserved.v1',
  'workbook.payments.funds-captured.v1',
  'workbook.payments.funds-released.v1',
])

/** An event as today's code writes it, whichever version it was written in. What is stored stays as it is. */
export function upcast(event: WrittenEvent): WalletEvent {
  let current = event
  for (let step = steps[current.type]; step !== undefined; step = steps[current.type])
    current = step(current.data as never)
  // To pass over what nobody knows would give a wallet that is wrong without a word.
  if (!known.has(current.type)) throw new Error(`nobody here knows the event ${current.type}`)
  return current as WalletEvent
}
