/**
 * What happens to a wallet: deposits and withdrawals, numbered by their writer from 1 on, without a gap. A withdrawal that the balance does
 * not cover is refused, and so the order decides what is left in the end.
 */
import type { Database, Statement } from 'better-sqlite3'
import { z } from 'zod'
import type { IdSource } from './ids.ts'
import { newId } from './ids.ts'

const walletEventSchema = z.strictObject({
  id: z.string().min(1),
  wallet_id: z.string().min(1),
  /** Its place among the events of this wallet, from 1. */
  sequence: z.int().positive(),
  kind: z.enum(['deposited', 'withdrawn']),
  /** In the smallest unit of the wallet's currency. */
  amount_minor: z.int().positive(),
})
export type WalletEvent = Readonly<z.infer<typeof walletEventSchema>>

/** Reads the body of a message. @throws Error when it is no event of a wallet */
export function readWalletEvent(content: Uint8Array): WalletEvent {
  return walletEventSchema.parse(JSON.parse(Buffer.from(content).toString('utf8')))
}

/** Events of one wallet in their order: each withdrawal takes all that is there, so none of them may come early. */
export function walletHistory(walletId: string, count: number, source: IdSource): readonly WalletEvent[] {
  let balance = 0
  return Array.from({ length: count }, (_, at) => {
    const isDeposit = at % 2 === 0
    const amount_minor = isDeposit ? 1000 + Math.floor(source.random.next() * 9000) : balance
    balance = isDeposit ? balance + amount_minor : 0
    const kind = isDeposit ? 'deposited' : 'withdrawn'
    return { id: newId(source), wallet_id: walletId, sequence: at + 1, kind, amount_minor }
  })
}

/** The balance that these events come to in the order in which they stand. */
export function balanceAfter(events: readonly WalletEvent[]): number {
  return events.reduce((balance, event) => balance + effectOf(event, balance), 0)
}

function effectOf({ kind, amount_minor }: WalletEvent, balance: number): number {
  if (kind === 'deposited') return amount_minor
  return amount_minor <= balance ? -amount_minor : 0
}

const schema = `
CREATE TABLE IF NOT EXISTS account (wallet_id TEXT PRIMARY KEY, balance_minor INTEGER NOT NULL CHECK (balance_minor >= 0)) STRICT;
CREATE TABLE IF NOT EXISTS applied (
  position   INTEGER PRIMARY KEY AUTOINCREMENT,
  wallet_id  TEXT NOT NULL,
  sequence   INTEGER NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`

/** An event as it took effect. */
export interface Applied {
  readonly wallet_id: string
  readonly sequence: number
  /** Milliseconds since the Unix epoch. */
  readonly applied_at: number
}

/** Balances of wallets in SQLite. It applies whatever it is given, in whichever order: that is for its caller to know. */
export class Accounts {
  readonly #now: () => number
  readonly #balance: Statement
  readonly #keep: Statement
  readonly #log: Statement
  readonly #all: Statement
  readonly #inTransaction: (event: WalletEvent) => void
  readonly #database: Database

  /** Makes the tables when they are missing. */
  constructor(database: Database, clock: { now(): number }) {
    database.exec(schema)
    this.#database = database
    this.#now = () => clock.now()
    this.#balance = database.prepare('SELECT balance_minor FROM account WHERE wallet_id = ?').pluck()
    this.#keep = database.prepare(
      'INSERT INTO account VALUES (?, ?) ON CONFLICT (wallet_id) DO UPDATE SET balance_minor = excluded.balance_minor',
    )
    this.#log = database.prepare('INSERT INTO applied (wallet_id, sequence, applied_at) VALUES (?, ?, ?)')
    this.#all = database.prepare('SELECT wallet_id, sequence, applied_at FROM applied ORDER BY position')
    this.#inTransaction = database.transaction((event: WalletEvent) => this.#write(event))
  }

  /** Applies one event. Inside a transaction of the caller's it is part of that. */
  apply(event: WalletEvent): void {
    if (this.#database.inTransaction) this.#write(event)
    else this.#inTransaction(event)
  }

  /** 0 for a wallet to which nothing has happened. */
  balance(walletId: string): number {
    return Number(this.#balance.get(walletId) ?? 0)
  }

  /** What took effect, in the order in which it did. */
  applied(): readonly Applied[] {
    return this.#all.all() as Applied[]
  }

  #write(event: WalletEvent): void {
    const balance = this.balance(event.wallet_id)
    this.#keep.run(event.wallet_id, balance + effectOf(event, balance))
    this.#log.run(event.wallet_id, event.sequence, Math.round(this.#now()))
  }
}
