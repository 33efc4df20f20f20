/** What merchants have asked for: a payment for each idempotency key, and its event, in the database. */
import { createHash } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { sealEvent } from '#payments/events'
import { type IdSource, newId } from '#payments/ids'
import { type Money, toWire } from '#payments/money'
import { Outbox } from '#payments/outbox'

export interface Wanted {
  readonly merchant_id: string
  readonly amount: Money
}

export interface Accepted {
  readonly payment_id: string
  /** Whether this request made it. */
  readonly isNew: boolean
}

/** One key for two different requests: a mistake of the client's. */
export class KeyConflict extends Error {
  override readonly name = 'KeyConflict'
}

// A key is its merchant's: two merchants may both count their orders from 1.
const schema = `
CREATE TABLE IF NOT EXISTS request (
  merchant_id  TEXT NOT NULL,
  key          TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  payment_id   TEXT NOT NULL,
  PRIMARY KEY (merchant_id, key)
) STRICT`

export class Requests {
  /** Holds an event PaymentRequested (sealEvent of #payments/events) for each payment. */
  readonly outbox: Outbox
  readonly #accept: (key: string, wanted: Wanted) => Accepted

  /** Makes its tables when they are missing. `ids` gives ids and times. */
  constructor(database: Database, ids: IdSource) {
    database.exec(schema)
    this.outbox = new Outbox(database, ids.clock)
    const find = database.prepare(
      'SELECT request_hash, payment_id FROM request WHERE merchant_id = ? AND key = ?',
    )
    const insert = database.prepare('INSERT INTO request VALUES (?, ?, ?, ?)')
    // Key, payment and event in one transaction: a key is never half used. IMMEDIATE, since it looks before it writes, and
    // another process may serve the same merchant.
    const accept = database.transaction((key: string, wanted: Wanted): Accepted => {
      const { merchant_id, amount } = wanted
      const hash = hashOf(wanted)
      const known = find.get(merchant_id, key) as { request_hash: string; payment_id: string } | undefined
      if (known !== undefined) {
        if (known.request_hash !== hash) throw new KeyConflict(`the key ${key} stands for another request`)
        return { payment_id: known.payment_id, isNew: false }
      }
      const payment_id = newId(ids)
      insert.run(merchant_id, key, hash, payment_id)
      this.outbox.add(
        { id: payment_id, version: 1 },
        sealEvent('PaymentRequested', { payment_id, merchant_id, amount }, ids),
      )
      return { payment_id, isNew: true }
    })
    this.#accept = accept.immediate
  }

  /**
   * Makes the payment that a merchant asks for, or finds the one that this key made before.
   * @throws KeyConflict when the key came with another request before
   */
  accept(key: string, wanted: Wanted): Accepted {
    return this.#accept(key, wanted)
  }
}

/** Of what is wanted, not of the bytes: the same request may be printed in another way. */
function hashOf({ merchant_id, amount }: Wanted): string {
  return createHash('sha256')
    .update(JSON.stringify([merchant_id, toWire(amount)]))
    .digest('hex')
}
