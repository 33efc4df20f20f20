// mistake: keeps early events in a Map of the process, after their messages were acknowledged
// refused by: failure-05.4
// says: was kept in a process that is gone

/**
 * The sequencer: for each wallet it knows which event is next, keeps those that came early until their turn, and applies them in order.
 * All of it in the database, in one transaction with the effect: what is kept outlives the process, so its message may be acknowledged.
 */

import type { Database, Statement } from 'better-sqlite3'
import { Accounts, type WalletEvent } from '#payments/wallet-events'

/** So many early events are kept for one wallet. What comes beyond that is not kept, and has to be sent again. */
export const keptMax = 50
/** So long a wallet may wait for its next event before somebody is told, milliseconds. */
export const gapMsMax = 5000

/** An event that is missing: everything of this wallet from here on has to be sent again. */
export interface Gap {
  readonly wallet_id: string
  /** The sequence number that never came. */
  readonly from: number
}

export type Outcome =
  /** It took effect, and so did `released` others that had waited for it. */
  | { readonly is: 'applied'; readonly released: number }
  /** It was here before, applied or kept. */
  | { readonly is: 'duplicate' }
  /** It waits for its turn. */
  | { readonly is: 'kept' }
  /** There is no room for it: it is not here. */
  | { readonly is: 'overflow'; readonly gap: Gap }

const schema = `
CREATE TABLE IF NOT EXISTS progress (wallet_id TEXT PRIMARY KEY, last_sequence INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS early (
  wallet_id TEXT NOT NULL,
  sequence  INTEGER NOT NULL,
  event     TEXT NOT NULL,
  kept_at   INTEGER NOT NULL,
  PRIMARY KEY (wallet_id, sequence)
) STRICT;
CREATE TABLE IF NOT EXISTS reported (
  wallet_id TEXT NOT NULL,
  sequence  INTEGER NOT NULL,
  told_at   INTEGER NOT NULL,
  PRIMARY KEY (wallet_id, sequence)
) STRICT`

export class Sequencer {
  readonly #memory = new Map<string, { readonly event: WalletEvent; readonly keptAt: number }>()
  readonly #accounts: Accounts
  readonly #now: () => number
  readonly #last: Statement
  readonly #advance: Statement
  readonly #report: Statement
  readonly #toldAt: Statement
  readonly #take: (event: WalletEvent) => Outcome

  constructor(database: Database, clock: { now(): number }) {
    this.#accounts = new Accounts(database, clock)
    this.#now = () => Math.round(clock.now())
    database.exec(schema)
    this.#last = database.prepare('SELECT last_sequence FROM progress WHERE wallet_id = ?').pluck()
    this.#advance = database.prepare(
      'INSERT INTO progress VALUES (?, ?) ON CONFLICT (wallet_id) DO UPDATE SET last_sequence = excluded.last_sequence',
    )
    this.#report = database.prepare(
      'INSERT INTO reported VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET told_at = excluded.told_at',
    )
    this.#toldAt = database
      .prepare('SELECT told_at FROM reported WHERE wallet_id = ? AND sequence = ?')
      .pluck()
    // IMMEDIATE: it reads before it writes, and two of these must not read the same.
    const transaction = database.transaction((event: WalletEvent) => this.#takeNow(event))
    this.#take = (event) => transaction.immediate(event)
  }

  take(event: WalletEvent): Outcome {
    return this.#take(event)
  }

  /** How many events wait, of all wallets. */
  kept(): number {
    return this.#memory.size
  }

  /** Wallets whose oldest kept event has waited too long for the one before it. */
  gaps(): readonly Gap[] {
    const old = [...this.#memory.values()].filter(({ keptAt }) => keptAt <= this.#now() - gapMsMax)
    return [...new Set(old.map(({ event }) => event.wallet_id))].map((wallet_id) => ({
      wallet_id,
      from: Number(this.#last.get(wallet_id) ?? 0) + 1,
    }))
  }

  /** Whether somebody has to be told of this gap: nobody was yet, or that was so long ago that it did not help. */
  isNews({ wallet_id, from }: Gap): boolean {
    const toldAt = this.#toldAt.get(wallet_id, from)
    return toldAt === undefined || Number(toldAt) <= this.#now() - gapMsMax
  }

  /** Somebody was told of this gap. */
  told({ wallet_id, from }: Gap): void {
    this.#report.run(wallet_id, from, this.#now())
  }

  #takeNow(event: WalletEvent): Outcome {
    const { wallet_id, sequence } = event
    const last = Number(this.#last.get(wallet_id) ?? 0)
    if (sequence <= last) return { is: 'duplicate' }
    if (sequence > last + 1) return this.#keepEarly(event, last)
    this.#accounts.apply(event)
    let applied = sequence
    for (
      let next = this.#early(wallet_id, applied + 1);
      next !== undefined;
      next = this.#early(wallet_id, applied + 1)
    ) {
      this.#accounts.apply(next)
      applied += 1
      this.#memory.delete(`${wallet_id} ${applied}`)
    }
    // With the effect, in one transaction: neither can be there without the other.
    this.#advance.run(wallet_id, applied)
    return { is: 'applied', released: applied - sequence }
  }

  #keepEarly(event: WalletEvent, last: number): Outcome {
    const { wallet_id, sequence } = event
    if (this.#early(wallet_id, sequence) !== undefined) return { is: 'duplicate' }
    if ([...this.#memory.values()].filter((one) => one.event.wallet_id === wallet_id).length >= keptMax)
      return { is: 'overflow', gap: { wallet_id, from: last + 1 } }
    this.#memory.set(`${wallet_id} ${sequence}`, { event, keptAt: this.#now() })
    return { is: 'kept' }
  }

  #early(walletId: string, sequence: number): WalletEvent | undefined {
    return this.#memory.get(`${walletId} ${sequence}`)?.event
  }
}
