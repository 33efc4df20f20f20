/** A client of the card gateway, and where services of one run find its address. */
import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { Payment } from './events.ts'
import { toWire } from './money.ts'

/**
 * What is known after a call.
 * - `approved`: money moved, now or when this key was first used
 * - `declined`: it did not, and will not under this key
 * - `unknown`: no answer, or none that says it. Money may have moved, or may move yet: ask again, under the same key
 */
export type CardOutcome = 'approved' | 'declined' | 'unknown'

/** How long an answer is waited for, unless told. */
const answerMsMaxDefault = 2_000

const schema = 'CREATE TABLE IF NOT EXISTS address (service TEXT PRIMARY KEY, url TEXT NOT NULL) STRICT'

/** Writes down where the gateway listens. */
export function tellCardGateway(addresses: Database, url: string): void {
  tellAddress(addresses, 'card-gateway', url)
}

/** Writes down where a service listens. */
export function tellAddress(addresses: Database, service: string, url: string): void {
  addresses.exec(schema)
  addresses
    .prepare('INSERT INTO address VALUES (?, ?) ON CONFLICT DO UPDATE SET url = excluded.url')
    .run(service, url)
}

/** Where a service listens. @throws when nobody has written it down */
export function addressOf(addresses: Database, service: string): string {
  const row = addresses.prepare('SELECT url FROM address WHERE service = ?').get(service)
  return z.object({ url: z.url() }).parse(row).url
}

export class CardClient {
  readonly #url: () => string
  readonly #answerMsMax: number

  /** @param addresses the database in which `tellCardGateway` has written */
  constructor(addresses: Database, { answerMsMax = answerMsMaxDefault } = {}) {
    this.#url = () => addressOf(addresses, 'card-gateway')
    this.#answerMsMax = answerMsMax
  }

  /** Takes the amount from the card. A key stands for one operation, however often it is asked for. */
  charge(key: string, payment: Payment): Promise<CardOutcome> {
    return this.#post('charges', key, payment)
  }

  /** Gives the amount back. */
  refund(key: string, payment: Payment): Promise<CardOutcome> {
    return this.#post('refunds', key, payment)
  }

  async #post(path: string, key: string, { payment_id, amount }: Payment): Promise<CardOutcome> {
    try {
      const { status } = await fetch(`${this.#url()}/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
        body: JSON.stringify({ payment_id, amount: toWire(amount) }),
        signal: AbortSignal.timeout(this.#answerMsMax),
      })
      if (status === 201) return 'approved'
      // 409: the first call with this key is on its way. 5xx: whatever it did, it does not say.
      return status === 402 ? 'declined' : 'unknown'
    } catch {
      return 'unknown'
    }
  }
}
