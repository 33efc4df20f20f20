/**
 * The payments of the payment service, in SQLite: one row each, changed only along the table of states, and every change told
 * through the outbox in the same transaction. A request carries an idempotency key, so that an HTTP client that asks again
 * gets the payment it has.
 */
import { createHash } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'
import { type Payment, type PaymentStatus, sealEvent } from './events.ts'
import type { IdSource } from './ids.ts'
import { newId } from './ids.ts'
import { type Currency, money, toWire } from './money.ts'
import { Outbox } from './outbox.ts'
import { eventOf, PaymentStateError, refuseStep } from './payment-state.ts'

const schema = `
CREATE TABLE IF NOT EXISTS payment (
  payment_id   TEXT PRIMARY KEY,
  merchant_id  TEXT NOT NULL,
  currency     TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  status       TEXT NOT NULL,
  version      INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS idempotency (
  scope        TEXT NOT NULL,
  key          TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  payment_id   TEXT NOT NULL REFERENCES payment,
  PRIMARY KEY (scope, key)
) STRICT`

/** A payment as it stands. */
export interface StoredPayment extends Payment {
  readonly status: PaymentStatus
  /** Counts its changes from 1, as `aggregateversion` does in its events. */
  readonly version: number
}

export type NewPayment = Omit<Payment, 'payment_id'>

/** One key for two different requests: a mistake of the client's. */
export class IdempotencyConflict extends Error {
  override readonly name = 'IdempotencyConflict'
}

interface Row {
  payment_id: string
  merchant_id: string
  currency: Currency
  amount_minor: bigint
  status: PaymentStatus
  version: bigint
}

export class Payments {
  readonly outbox: Outbox
  readonly #database: Database
  readonly #ids: IdSource
  readonly #insert: Statement
  readonly #insertKey: Statement
  readonly #findKey: Statement
  readonly #find: Statement
  readonly #update: Statement

  /** Makes the tables when they are missing. `ids` gives the ids and times of payments and events. */
  constructor(database: Database, ids: IdSource) {
    database.exec(schema)
    this.outbox = new Outbox(database, ids.clock)
    this.#database = database
    this.#ids = ids
    this.#insert = database.prepare('INSERT INTO payment VALUES (?, ?, ?, ?, ?, 1)')
    this.#insertKey = database.prepare('INSERT INTO idempotency VALUES (?, ?, ?, ?)')
    this.#findKey = database.prepare(
      'SELECT request_hash, payment_id FROM idempotency WHERE scope = ? AND key = ?',
    )
    this.#find = database.prepare('SELECT * FROM payment WHERE payment_id = ?').safeIntegers()
    this.#update = database.prepare('UPDATE payment SET status = ?, version = ? WHERE payment_id = ?')
  }

  /**
   * Creates the payment that a merchant asks for, or finds the one that this key created before. Key, payment and event are
   * one transaction, so a key is never half used.
   * @throws IdempotencyConflict when the key came with another request before
   */
  request(key: string, wanted: NewPayment): { readonly payment: StoredPayment; readonly isNew: boolean } {
    const hash = hashOf(wanted)
    return this.#database
      .transaction(() => {
        const seen = this.#findKey.get(wanted.merchant_id, key) as
          | { request_hash: string; payment_id: string }
          | undefined
        if (seen === undefined) return { payment: this.#create(key, hash, wanted), isNew: true }
        if (seen.request_hash !== hash) {
          throw new IdempotencyConflict(
            `the idempotency key ${JSON.stringify(key)} was used for another request: a new request needs a new key`,
          )
        }
        return { payment: this.get(seen.payment_id) as StoredPayment, isNew: false }
      })
      .immediate()
  }

  get(paymentId: string): StoredPayment | undefined {
    const row = this.#find.get(paymentId) as Row | undefined
    if (row === undefined) return undefined
    const { payment_id, merchant_id, currency, amount_minor, status } = row
    return {
      payment_id,
      merchant_id,
      amount: money(amount_minor, currency),
      status,
      version: Number(row.version),
    }
  }

  /**
   * Moves a payment on. Answers the payment as it is then; one that has this status already is left alone, since the message
   * that asks for it may come twice.
   * @throws PaymentStateError when the payment is unknown or can't take this step
   */
  advance(paymentId: string, to: PaymentStatus): StoredPayment {
    return this.#database
      .transaction(() => {
        const before = this.get(paymentId)
        if (before === undefined) throw new PaymentStateError(`there is no payment ${paymentId}`)
        if (before.status === to) return before
        refuseStep(before.status, to)
        const after = { ...before, status: to, version: before.version + 1 }
        this.#update.run(to, after.version, paymentId)
        this.#tell(after)
        return after
      })
      .immediate()
  }

  #create(key: string, hash: string, { merchant_id, amount }: NewPayment): StoredPayment {
    const payment = {
      payment_id: newId(this.#ids),
      merchant_id,
      amount,
      status: 'CREATED',
      version: 1,
    } as const
    this.#insert.run(payment.payment_id, merchant_id, amount.currency, amount.minor, payment.status)
    this.#insertKey.run(merchant_id, key, hash, payment.payment_id)
    this.#tell(payment)
    return payment
  }

  #tell({ payment_id, merchant_id, amount, status, version }: StoredPayment): void {
    const name = eventOf(status)
    if (name === undefined) return
    const event = sealEvent(name, { payment_id, merchant_id, amount }, this.#ids, {
      aggregateversion: version,
    })
    this.outbox.add({ id: payment_id, version }, event)
  }
}

/** The same for the same request, however its JSON was laid out. */
function hashOf({ merchant_id, amount }: NewPayment): string {
  return createHash('sha256')
    .update(JSON.stringify([merchant_id, toWire(amount)]))
    .digest('hex')
}
