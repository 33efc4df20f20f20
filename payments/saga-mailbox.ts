/** The mail to customers: it goes out with the commit that writes it here, as often as it is written, and can't be taken back. */
import type { Database, Statement } from 'better-sqlite3'

const schema = `
CREATE TABLE IF NOT EXISTS mail (position INTEGER PRIMARY KEY AUTOINCREMENT, payment_id TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS mail_by_payment ON mail (payment_id)`

export class Mailbox {
  readonly #insert: Statement
  readonly #count: Statement

  /** Makes the table when it is missing. */
  constructor(database: Database) {
    database.exec(schema)
    this.#insert = database.prepare('INSERT INTO mail (payment_id) VALUES (?)')
    this.#count = database.prepare('SELECT count(*) AS count FROM mail WHERE payment_id = ?')
  }

  /** Tells the customer of a payment; twice, if it is called twice. */
  send(paymentId: string): void {
    this.#insert.run(paymentId)
  }

  /** How often the customer was told of this payment. */
  countOf(paymentId: string): number {
    return (this.#count.get(paymentId) as { count: number }).count
  }
}
