/** What thousands of events say, made up from the run's seed, and kept here beside the design's own answer. */
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

const handfulMax = 40
const looksBackMax = 80

interface Filled {
  readonly store: EventStore
  readonly history: History
  readonly ledger: Ledger
  /** What some wallets held at some versions. */
  readonly past: readonly { readonly walletId: string; readonly version: number; readonly minor: bigint }[]
}

/** How much a store is filled with: an odd and an even wallet have another currency. */
interface Amount {
  readonly events: number
  readonly wallets: number
}

/** Events are appended by the handful; every twentieth handful belongs to one of the wallets. */
export async function fill(design: Design, random: Random, amount: Amount): Promise<Filled> {
  const { store, history } = open(design)
  const ledger = new Ledger(random)
  const past: { walletId: string; version: number; minor: bigint }[] = []
  const put = (walletId: string, facts: readonly Fact[]): void => {
    const before = ledger.versionOf(walletId) - facts.length
    const events = facts.map((fact) => ({ ...design.write(fact), eventId: ledger.eventId() }))
    if (events.length > 0) store.append(walletId, before, events)
  }
  const kinds = ['deposited', 'withdrawn', 'withdrawn', 'sent', 'corrected'] as const
  let handfuls = 0
  while (ledger.count < amount.events) {
    const wallet = random.next() < 0.05 ? 0 : random.integer(0, amount.wallets - 1)
    const [walletId, otherId] = [idOf(wallet), idOf(wallet + 2)]
    const size = Math.min(random.integer(1, handfulMax), amount.events - ledger.count)
    const facts: Fact[] = []
    let received: Fact | undefined
    for (let nth = 0; nth < size && received === undefined; nth += 1) {
      const fact = ledger.next(wallet, kinds)
      if (fact.kind === 'sent') {
        // The other half needs a wallet that is open, and room for two. It ends the handful, since both come at once.
        if (ledger.versionOf(otherId) === 0 || ledger.count + facts.length + 2 > amount.events) continue
        received = { ...fact, kind: 'received', other: walletId }
      }
      facts.push(fact)
      ledger.take(walletId, fact)
    }
    put(walletId, facts)
    if (received !== undefined) {
      ledger.take(otherId, received)
      put(otherId, [received])
    }
    const is = ledger.wallets.get(walletId)
    if (is !== undefined && past.length < looksBackMax && random.next() < 0.25)
      past.push({ walletId, version: is.version, minor: is.minor })
    handfuls += 1
    if (handfuls % 20 === 0) await breathe()
  }
  return { store, history, ledger, past }
}
