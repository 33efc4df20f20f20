/** A merchant's books as a colleague wrote them: they add what they are told to, and ask nothing. Leave them as they are. */
import type { Database, Statement } from 'better-sqlite3'
import type { Payment } from '#payments/events'

const schema = `
CREATE TABLE IF NOT EXISTS entry (
  position     INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id   TEXT NOT NULL,
  payment_id   TEXT NOT NULL,
  merchant_id  TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS balance (
  merchant_id  TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (merchant_id, currency)
) STRICT`

export class Books {
  readonly #database: Database
  readonly #insert: Statement
  readonly #add: Statement

  constructor(database: Database) {
    database.exec(schema)
    this.#database = database
    this.#insert = database.prepare(
      'INSERT INTO entry (message_id, payment_id, merchant_id, currency, amount_minor) VALUES (?, ?, ?, ?, ?)',
    )
    this.#add = database.prepare(
      `INSERT INTO balance VALUES (?, ?, ?) ON CONFLICT (merchant_id, currency)
       DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor`,
    )
  }

  /** Adds a payment to its merchant's balance, with an entry. Inside a transaction of the caller's it is part of that. */
  credit(messageId: string, { payment_id, merchant_id, amount }: Payment): void {
    const write = (): void => {
      this.#insert.run(messageId, payment_id, merchant_id, amount.currency, amount.minor)
      this.#add.run(merchant_id, amount.currency, amount.minor)
    }
    if (this.#database.inTransaction) write()
    else this.#database.transaction(write).immediate()
  }
}
