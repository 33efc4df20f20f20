/** What merchants have asked for: a payment for each idempotency key, and its event, in the database. */
import type { Database } from 'better-sqlite3'
import type { IdSource } from '#payments/ids'
import type { Money } from '#payments/money'
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

export class Requests {
  /** Holds an event PaymentRequested (sealEvent of #payments/events) for each payment. */
  readonly outbox: Outbox

  /** Makes its tables when they are missing. `ids` gives ids and times. */
  constructor(database: Database, ids: IdSource) {
    // TODO consistency-03.4: a table of keys. Whose key is it, and which request does it stand for?
    this.outbox = new Outbox(database, ids.clock)
  }

  /**
   * Makes the payment that a merchant asks for, or finds the one that this key made before.
   * @throws KeyConflict when the key came with another request before
   */
  accept(key: string, wanted: Wanted): Accepted {
    // TODO consistency-03.4: key, payment and event: what is there after a crash in the middle?
    throw new Error('TODO: make one payment for one key')
  }
}
