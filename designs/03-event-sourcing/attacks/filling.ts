/** What a hundred thousand events say, made up from the run's seed, and kept here beside the design's own answer. */
import { setImmediate as breathe } from 'node:timers/promises'
import type { Random } from '#lab/subject'
import { type Design, type EventStore, type Fact, type History, open } from './design.ts'

const currencyOf = (wallet: number): string => (wallet % 2 === 0 ? 'VND' : 'USD')
export const idOf = (wallet: number): string => `wallet-${wallet}`

/** Facts of a wallet in their order; what it is worth after them is told along. */
export class Ledger {
  readonly wallets = new Map<string, { minor: bigint; version: number; currency: string }>()
  /** What came from outside less what left, by currency. */
  readonly inside = new Map<string, bigint>()
  count = 0
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  eventId(): string {
    this.count += 1
    return `event-${this.count}`
  }

  /** The next thing that happens to a wallet, without the other half of a transfer. */
  next(wallet: number, kinds: readonly Fact['kind'][]): Fact {
    const currency = currencyOf(wallet)
    const is = this.wallets.get(idOf(wallet))
    if (is === undefined) return { kind: 'opened', currency }
    const kind =
      is.minor < 100_000n ? 'deposited' : (kinds[this.#random.integer(0, kinds.length - 1)] ?? 'deposited')
    const transactionId = `tx-${this.count}`
    const minor = BigInt(this.#random.integer(1, 50_000))
    if (kind === 'corrected')
      return {
        kind,
        transactionId,
        minor: this.#random.next() < 0.5 ? minor : -minor,
        currency,
        reason: 'booked twice',
      }
    if (kind === 'sent' || kind === 'received')
      return { kind, transactionId, minor, currency, other: idOf(wallet + 2) }
    return { kind, transactionId, minor, currency }
  }

  take(walletId: string, { kind, minor = 0n, currency }: Fact): void {
    const is = this.wallets.get(walletId) ?? { minor: 0n, version: 0, currency }
    const signed = kind === 'withdrawn' || kind === 'sent' ? -minor : minor
    this.wallets.set(walletId, { currency, minor: is.minor + signed, version: is.version + 1 })
    if (kind === 'deposited' || kind === 'withdrawn' || kind === 'corrected')
      this.inside.set(currency, (this.inside.get(currency) ?? 0n) + signed)
  }

  versionOf(walletId: string): number {
    return this.wallets.get(walletId)?.version ?? 0
  }
}

const eventsCount = 100_000
const walletsCount = 1000
const chunkMax = 60

interface Filled {
  readonly store: EventStore
  readonly history: History
  readonly ledger: Ledger
  /** What some wallets held at some versions. */
  readonly past: readonly { readonly walletId: string; readonly version: number; readonly minor: bigint }[]
}

/** A hundred thousand events of a thousand wallets; every fifth chunk belongs to one of them. */
export async function fill(design: Design, random: Random, count = eventsCount): Promise<Filled> {
  const { store, history } = open(design)
  const ledger = new Ledger(random)
  const past: { walletId: string; version: number; minor: bigint }[] = []
  const put = (walletId: string, facts: readonly Fact[]): void => {
    const before = ledger.versionOf(walletId)
    const events = facts.map((fact) => ({ ...design.write(fact), eventId: ledger.eventId() }))
    for (const fact of facts) ledger.take(walletId, fact)
    store.append(walletId, before, events)
  }
  const kinds = ['deposited', 'withdrawn', 'withdrawn', 'sent', 'corrected'] as const
  while (ledger.count < count) {
    const wallet = random.next() < 0.2 ? 0 : random.integer(0, walletsCount - 1)
    const size = Math.min(random.integer(1, chunkMax), count - ledger.count)
    for (let nth = 0; nth < size; nth += 1) {
      const fact = ledger.next(wallet, kinds)
      const isTransfer = fact.kind === 'sent'
      // The other half needs a wallet that is open, and room for two.
      const other = wallet + 2
      if (isTransfer && (ledger.versionOf(idOf(other)) === 0 || ledger.count + 2 > count)) continue
      put(idOf(wallet), [fact])
      if (isTransfer) put(idOf(other), [{ ...fact, kind: 'received', other: idOf(wallet) }])
    }
    const is = ledger.wallets.get(idOf(wallet))
    if (is !== undefined && past.length < 400 && random.next() < 0.2)
      past.push({ walletId: idOf(wallet), version: is.version, minor: is.minor })
    await breathe()
  }
  return { store, history, ledger, past }
}
