/** What validation sets aside: a payment's amount counts against the customer's limit from its hold until it is used or released. */
import type { Database, Statement } from 'better-sqlite3'
import type { Payment } from './events.ts'

const schema = `
CREATE TABLE IF NOT EXISTS hold (
  payment_id   TEXT PRIMARY KEY,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL,
  state        TEXT NOT NULL CHECK (state IN ('held', 'used', 'released'))
) STRICT`

export type HoldState = 'held' | 'used' | 'released'

export class Holds {
  readonly #insert: Statement
  readonly #change: Statement
  readonly #find: Statement

  /** Makes the table when it is missing. */
  constructor(database: Database) {
    database.exec(schema)
    this.#insert = database.prepare('INSERT INTO hold VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    this.#change = database.prepare("UPDATE hold SET state = ? WHERE payment_id = ? AND state = 'held'")
    this.#find = database.prepare('SELECT state FROM hold WHERE payment_id = ?')
  }

  /** Holds the amount; does nothing when this payment has a hold, in whatever state. Answers how it stands. */
  hold(payment: Payment): HoldState {
    return this.#insertAs(payment, 'held')
  }

  /** The payment was booked: what was held is spent. */
  use({ payment_id }: Payment): void {
    this.#change.run('used', payment_id)
  }

  /** Gives back what is held. A payment that has no hold yet gets none any more: the hold may come after its release. */
  release(payment: Payment): HoldState {
    this.#change.run('released', payment.payment_id)
    return this.#insertAs(payment, 'released')
  }

  /** Nothing for a payment that was never held. */
  stateOf(paymentId: string): HoldState | undefined {
    return (this.#find.get(paymentId) as { state: HoldState } | undefined)?.state
  }

  #insertAs(payment: Payment, state: HoldState): HoldState {
    const { payment_id, amount } = payment
    this.#insert.run(payment_id, amount.currency, amount.minor, state)
    return this.stateOf(payment_id) ?? state
  }
}
