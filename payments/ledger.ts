/**
 * The ledger: double entry, append-only, in SQLite. Money moves from account to account in transactions whose entries sum to
 * zero in each currency; nothing is ever changed, a mistake is reversed by a transaction of its own. A balance is only a
 * projection of the entries, and can be counted again from them.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { IdSource } from './ids.ts'
import { newId } from './ids.ts'
import { type Currency, formatMoney, type Money, money } from './money.ts'

/** Why money moved. A payment has at most one transaction of each kind: one capture, one refund. */
export const transactionKinds = ['deposit', 'capture', 'refund', 'reversal'] as const
export type TransactionKind = (typeof transactionKinds)[number]

/** One side of a transaction: what an account gains (above zero) or gives. */
export interface Leg {
  readonly account: string
  readonly amount: Money
}

export interface Transaction {
  readonly payment_id: string
  readonly kind: TransactionKind
  readonly legs: readonly Leg[]
}

export interface Balance {
  readonly amount: Money
  /** Counts the changes of this balance: who has seen version 7 can ask for nothing older. */
  readonly version: number
}

/** What must hold whatever happened, and does not: a sentence for each. */
export type LedgerFault = string

/** A transaction that must not be booked. Retrying is useless. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError'
}

// The database guards what a careless service could break: no second capture, no change of what is written.
const schema = `
CREATE TABLE IF NOT EXISTS txn (
  txn_id     TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL,
  kind       TEXT NOT NULL CHECK (kind IN (${transactionKinds.map((kind) => `'${kind}'`).join(', ')})),
  created_at INTEGER NOT NULL,
  UNIQUE (payment_id, kind)
) STRICT;
CREATE TABLE IF NOT EXISTS entry (
  entry_id     TEXT PRIMARY KEY,
  txn_id       TEXT NOT NULL REFERENCES txn,
  account_id   TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
  created_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_by_txn ON entry (txn_id);
CREATE TABLE IF NOT EXISTS balance (
  account_id   TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  version      INTEGER NOT NULL,
  PRIMARY KEY (account_id, currency)
) STRICT;
${['txn', 'entry'].map(appendOnly).join('')}`

function appendOnly(table: string): string {
  return ['UPDATE', 'DELETE']
    .map(
      (deed) => `
CREATE TRIGGER IF NOT EXISTS ${table}_refuses_${deed.toLowerCase()} BEFORE ${deed} ON ${table}
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: reverse a transaction, never change it'); END;`,
    )
    .join('')
}

export class Ledger {
  readonly #database: Database
  readonly #ids: IdSource
  readonly #insertTxn: Statement
  readonly #insertEntry: Statement
  readonly #addToBalance: Statement
  readonly #balance: Statement

  /** Makes the tables when they are missing. `ids` gives the ids and times of what is booked. */
  constructor(database: Database, ids: IdSource) {
    database.exec(schema)
    this.#database = database
    this.#ids = ids
    this.#insertTxn = database.prepare(
      'INSERT INTO txn VALUES (?, ?, ?, ?) ON CONFLICT (payment_id, kind) DO NOTHING',
    )
    this.#insertEntry = database.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)')
    this.#addToBalance = database.prepare(
      `INSERT INTO balance VALUES (?, ?, ?, 1) ON CONFLICT (account_id, currency)
       DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor, version = version + 1`,
    )
    this.#balance = database
      .prepare('SELECT amount_minor, version FROM balance WHERE account_id = ? AND currency = ?')
      .safeIntegers()
  }

  /**
   * Books a transaction, with its balances, all or nothing. Answers `repeated` and changes nothing if this payment already
   * has one of this kind. Inside a transaction of the caller's it is part of that.
   * @throws LedgerError when the legs don't sum to zero in each currency
   */
  post(transaction: Transaction): 'booked' | 'repeated' {
    refuseUnbalanced(transaction)
    return this.#inOneTransaction(() => this.#write(transaction))
  }

  /** Zero at version 0 for an account that nothing was booked on. */
  balance(account: string, currency: Currency): Balance {
    const row = this.#balance.get(account, currency) as { amount_minor: bigint; version: bigint } | undefined
    return { amount: money(row?.amount_minor ?? 0n, currency), version: Number(row?.version ?? 0n) }
  }

  /** How often this payment was booked with this kind: 0 or 1. */
  count(paymentId: string, kind: TransactionKind): number {
    const row = this.#database
      .prepare('SELECT count(*) AS count FROM txn WHERE payment_id = ? AND kind = ?')
      .get(paymentId, kind) as { count: number }
    return row.count
  }

  /** Counts everything again; empty when the books are right. */
  audit(): readonly LedgerFault[] {
    return auditLedger(this.#database)
  }

  /** IMMEDIATE takes the write lock first: a deferred transaction that reads and then writes fails under a second writer. */
  #inOneTransaction<T>(act: () => T): T {
    return this.#database.inTransaction ? act() : this.#database.transaction(act).immediate()
  }

  #write({ payment_id, kind, legs }: Transaction): 'booked' | 'repeated' {
    const now = this.#ids.clock.now()
    const id = newId(this.#ids)
    if (this.#insertTxn.run(id, payment_id, kind, now).changes === 0) return 'repeated'
    for (const { account, amount } of legs) {
      this.#insertEntry.run(newId(this.#ids), id, account, amount.currency, amount.minor, now)
      this.#addToBalance.run(account, amount.currency, amount.minor)
    }
    return 'booked'
  }
}

/**
 * Holds a ledger's tables against its laws, whoever wrote them: each transaction sums to zero in each currency, each balance is
 * the sum of its entries, no payment was refunded that was not captured.
 */
export function auditLedger(database: Database): readonly LedgerFault[] {
  return laws.flatMap(({ query, tell }) =>
    database
      .prepare(query)
      .safeIntegers()
      .all()
      .map((row) => tell(row as Row)),
  )
}

type Row = Readonly<Record<string, string | bigint>>

const laws: readonly { readonly query: string; readonly tell: (row: Row) => string }[] = [
  {
    query: `SELECT txn_id, payment_id, kind, currency, sum(amount_minor) AS total FROM txn JOIN entry USING (txn_id)
            GROUP BY txn_id, currency HAVING total <> 0`,
    tell: ({ payment_id, kind, currency, total }) =>
      `the ${kind} of payment ${payment_id} is out of balance by ${shown(total, currency)}`,
  },
  {
    query: 'SELECT payment_id, kind FROM txn WHERE txn_id NOT IN (SELECT txn_id FROM entry)',
    tell: ({ payment_id, kind }) => `the ${kind} of payment ${payment_id} has no entries`,
  },
  {
    query: `WITH counted AS (SELECT account_id, currency, sum(amount_minor) AS total FROM entry GROUP BY 1, 2)
            SELECT account_id, currency, coalesce(total, 0) AS total, coalesce(amount_minor, 0) AS kept
            FROM counted FULL JOIN balance USING (account_id, currency)
            WHERE coalesce(total, 0) <> coalesce(amount_minor, 0)`,
    tell: ({ account_id, currency, total, kept }) =>
      `the balance of ${account_id} says ${shown(kept, currency)}, its entries sum to ${shown(total, currency)}`,
  },
  {
    query: `SELECT payment_id FROM txn WHERE kind = 'refund'
            AND payment_id NOT IN (SELECT payment_id FROM txn WHERE kind = 'capture')`,
    tell: ({ payment_id }) => `payment ${payment_id} was refunded and never captured`,
  },
]

function shown(minor: string | bigint | undefined, currency: string | bigint | undefined): string {
  return formatMoney({ minor: BigInt(minor ?? 0), currency: currency as Currency }, 'en')
}

function refuseUnbalanced({ payment_id, kind, legs }: Transaction): void {
  const totals = new Map<Currency, bigint>()
  for (const { account, amount } of legs) {
    if (amount.minor === 0n) throw new LedgerError(`a leg of ${account} moves nothing: leave it out`)
    totals.set(amount.currency, (totals.get(amount.currency) ?? 0n) + amount.minor)
  }
  if (totals.size === 0) throw new LedgerError(`the ${kind} of payment ${payment_id} has no legs`)
  for (const [currency, minor] of totals) {
    if (minor === 0n) continue
    throw new LedgerError(
      `the ${kind} of payment ${payment_id} must sum to zero, and is ${shown(minor, currency)} off: what one account gains, others give`,
    )
  }
}

/** The legs of moving an amount from one account to another. */
export function transfer(from: string, to: string, amount: Money): readonly Leg[] {
  return [
    { account: from, amount: money(-amount.minor, amount.currency) },
    { account: to, amount },
  ]
}
