/** What each event does to a wallet, as the brief gives it: some of them commute, some don't. */
import type { Random } from '#lab/subject'

export const eventTypes = [
  'wallet.credited',
  'payment.captured',
  'payment.refunded',
  'limit.changed',
  'fee.charged',
  'payment.noted',
] as const
export type EventType = (typeof eventTypes)[number]

export interface WalletEvent {
  readonly eventId: string
  readonly type: EventType
  readonly walletId: string
  readonly paymentId: string
  readonly merchantId: string
  /** Place among the events of this wallet, from 1, given by whoever writes them. */
  readonly sequence: number
  readonly amount: number
}

export interface WalletState {
  readonly balance: number
  readonly limit: number
  /** Payments that were captured and not refunded, and what each took. */
  readonly captured: Readonly<Record<string, number>>
  readonly notes: readonly string[]
}

export const emptyWallet: WalletState = { balance: 0, limit: 1_000_000, captured: {}, notes: [] }

/** What the wallet is after the event. What its rules refuse changes nothing. */
export function applied(wallet: WalletState, { type, paymentId, amount }: WalletEvent): WalletState {
  switch (type) {
    case 'wallet.credited':
      return { ...wallet, balance: wallet.balance + amount }
    case 'payment.captured': {
      const isRefused = amount > wallet.balance || amount > wallet.limit || paymentId in wallet.captured
      return isRefused
        ? wallet
        : {
            ...wallet,
            balance: wallet.balance - amount,
            captured: { ...wallet.captured, [paymentId]: amount },
          }
    }
    case 'payment.refunded': {
      const { [paymentId]: taken, ...captured } = wallet.captured
      return taken === undefined ? wallet : { ...wallet, balance: wallet.balance + taken, captured }
    }
    case 'limit.changed':
      return { ...wallet, limit: amount }
    case 'fee.charged':
      // A fee is owed, whether the balance covers it or not.
      return { ...wallet, balance: wallet.balance - amount }
    case 'payment.noted':
      return { ...wallet, notes: [...wallet.notes, `${paymentId} ${amount}`].toSorted() }
    default:
      return type satisfies never
  }
}

export const after = (events: readonly WalletEvent[], from = emptyWallet): WalletState =>
  events.reduce(applied, from)

/** Two wallets are the same when everything in them is. */
export function fingerprint({ balance, limit, captured, notes }: WalletState): string {
  return JSON.stringify([balance, limit, Object.entries(captured).toSorted(), notes])
}

/** Pairs of types whose order makes a difference to some wallet, each named once. */
export function dependentPairs(random: Random): string[] {
  const found = new Set<string>()
  for (let trial = 0; trial < 4000; trial += 1) {
    const [from, one, other] = trialOf(random)
    if (fingerprint(after([one, other], from)) === fingerprint(after([other, one], from))) continue
    found.add(pairOf(one.type, other.type))
  }
  return [...found].toSorted()
}

export const pairOf = (one: string, other: string): string => [one, other].toSorted().join(' + ')

function trialOf(random: Random): [WalletState, WalletEvent, WalletEvent] {
  const some = () => random.integer(1, 6) * 100
  const event = (): WalletEvent => ({
    eventId: 'e',
    type: eventTypes[random.integer(0, eventTypes.length - 1)] ?? 'payment.noted',
    walletId: 'w',
    paymentId: `p-${random.integer(1, 3)}`,
    merchantId: 'm',
    sequence: 1,
    amount: some(),
  })
  const from: WalletState = {
    ...emptyWallet,
    balance: some(),
    limit: some(),
    captured: random.next() < 0.5 ? { 'p-1': some() } : {},
  }
  return [from, event(), event()]
}

/** Events of some wallets as they are written, one after the other; the first wallet has a share of them all. */
export function history(
  random: Random,
  options: { events: number; wallets: number; hotShare: number },
): WalletEvent[] {
  const sequences = new Map<string, number>()
  return Array.from({ length: options.events }, (_, at) => {
    const wallet = random.next() < options.hotShare ? 0 : random.integer(0, options.wallets - 1)
    const walletId = `wallet-${wallet}`
    const sequence = (sequences.get(walletId) ?? 0) + 1
    sequences.set(walletId, sequence)
    const type =
      sequence === 1
        ? 'wallet.credited'
        : (eventTypes[random.integer(0, eventTypes.length - 1)] ?? 'payment.noted')
    return {
      eventId: `event-${at}`,
      type,
      walletId,
      // Few enough that a capture and its refund meet.
      paymentId: `payment-${wallet}-${random.integer(1, 4)}`,
      merchantId: `merchant-${random.integer(1, 3)}`,
      sequence,
      amount: random.integer(1, 9) * 100,
    }
  })
}

/** Where the order first went wrong, in a few numbers. */
export function orderOf(took: readonly WalletEvent[]): string {
  const at = took.findIndex((event, index) => event.sequence !== index + 1)
  if (at < 0) return `1 to ${took.length}`
  const part = took.slice(Math.max(0, at - 2), at + 3)
  return part.map(({ sequence, type }) => `${sequence} ${type}`).join(', ')
}
