/**
 * A wallet that books payments, and refuses those of a merchant whose account is frozen: the ordinary failure that may pass, or
 * may not. A payment can also be deadly to whoever books it. It counts how often each payment was tried, in the database, so that
 * no restart makes it forget.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { Payment } from './events.ts'
import type { IdSource } from './ids.ts'
import { Ledger, transfer } from './ledger.ts'

const schema = `
CREATE TABLE IF NOT EXISTS frozen (merchant_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS deadly (payment_id TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS attempt (position INTEGER PRIMARY KEY AUTOINCREMENT, payment_id TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS attempt_by_payment ON attempt (payment_id)`

/** The payment can't be booked now. It may be possible later. */
export class MerchantFrozen extends Error {
  override readonly name = 'MerchantFrozen'
}

export class Wallet {
  readonly ledger: Ledger
  readonly #freeze: Statement
  readonly #thaw: Statement
  readonly #isFrozen: Statement
  readonly #makeDeadly: Statement
  readonly #isDeadly: Statement
  readonly #tried: Statement
  readonly #attempts: Statement

  /** Makes the tables when they are missing. */
  constructor(database: Database, ids: IdSource) {
    this.ledger = new Ledger(database, ids)
    database.exec(schema)
    this.#freeze = database.prepare('INSERT INTO frozen VALUES (?) ON CONFLICT DO NOTHING')
    this.#thaw = database.prepare('DELETE FROM frozen WHERE merchant_id = ?')
    this.#isFrozen = database.prepare('SELECT 1 FROM frozen WHERE merchant_id = ?')
    this.#makeDeadly = database.prepare('INSERT INTO deadly VALUES (?) ON CONFLICT DO NOTHING')
    this.#isDeadly = database.prepare('SELECT 1 FROM deadly WHERE payment_id = ?')
    this.#tried = database.prepare('INSERT INTO attempt (payment_id) VALUES (?)')
    this.#attempts = database.prepare('SELECT count(*) AS count FROM attempt WHERE payment_id = ?')
  }

  /**
   * Books a payment, once, from `customers` to `merchant:<merchant_id>`. A deadly one ends this process (SIGKILL).
   * @throws MerchantFrozen while the merchant's account is frozen
   */
  book({ payment_id, merchant_id, amount }: Payment): 'booked' | 'repeated' {
    // Outside of what may fail: an attempt that failed was one all the same.
    this.#tried.run(payment_id)
    if (this.#isDeadly.get(payment_id) !== undefined) process.kill(process.pid, 'SIGKILL')
    if (this.#isFrozen.get(merchant_id) !== undefined) {
      throw new MerchantFrozen(`the account of ${merchant_id} is frozen`)
    }
    const legs = transfer('customers', `merchant:${merchant_id}`, amount)
    return this.ledger.post({ payment_id, kind: 'capture', legs })
  }

  freeze(merchantId: string): void {
    this.#freeze.run(merchantId)
  }

  thaw(merchantId: string): void {
    this.#thaw.run(merchantId)
  }

  /** From now on whoever books this payment dies of it, as of a crash in native code or of the last byte of memory. */
  makeDeadly(paymentId: string): void {
    this.#makeDeadly.run(paymentId)
  }

  /** How often `book` was called for this payment, by whichever process. */
  attempts(paymentId: string): number {
    return (this.#attempts.get(paymentId) as { count: number }).count
  }
}
