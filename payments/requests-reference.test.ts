/** The store of requests that consistency-03 asks for, held against this one: the reference and the shared one do the same. */
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openEvent } from './events.ts'
import { seededSource } from './fixtures.ts'
import { type Money, money } from './money.ts'
import type { Outbox } from './outbox.ts'
import { Payments } from './payments.ts'

interface Wanted {
  readonly merchant_id: string
  readonly amount: Money
}
interface Store {
  readonly outbox: Outbox
  accept(key: string, wanted: Wanted): { payment_id: string; isNew: boolean }
}

const reference = join(
  resolve(import.meta.dirname, '..'),
  'solutions/5-consistency/03-idempotency/requests.ts',
)
const { Requests } = (await import(pathToFileURL(reference).href)) as {
  Requests: new (...made: ConstructorParameters<typeof Payments>) => Store
}

class Shared implements Store {
  readonly #payments: Payments
  constructor(...made: ConstructorParameters<typeof Payments>) {
    this.#payments = new Payments(...made)
  }
  get outbox() {
    return this.#payments.outbox
  }
  accept(key: string, wanted: Wanted) {
    const { payment, isNew } = this.#payments.request(key, wanted)
    return { payment_id: payment.payment_id, isNew }
  }
}

describe.each([
  ['the shared payments', Shared],
  ["consistency-03's reference", Requests],
])('%s', (_, Kind) => {
  const wanted = { merchant_id: 'pho-lien', amount: money(42_000n, 'VND') }
  const opened = () => new Kind(new Sqlite(':memory:'), seededSource(5))

  it('makes one payment and one event for a key', () => {
    const store = opened()
    const first = store.accept('k1', wanted)
    expect(first.isNew).toBe(true)
    expect(store.accept('k1', { ...wanted })).toEqual({ ...first, isNew: false })
    const told = store.outbox.unsent(10).map(({ envelope }) => openEvent(envelope))
    expect(told.map(({ name, data }) => [name, data.payment_id])).toEqual([
      ['PaymentRequested', first.payment_id],
    ])
  })

  it('keeps the keys of merchants apart', () => {
    const store = opened()
    const [one, other] = ['pho-lien', 'lotus-books'].map((merchant_id) =>
      store.accept('k1', { ...wanted, merchant_id }),
    )
    expect(one?.payment_id).not.toBe(other?.payment_id)
  })

  it('refuses a key that stands for another request, and writes nothing', () => {
    const store = opened()
    store.accept('k1', wanted)
    expect(() => store.accept('k1', { ...wanted, amount: money(1n, 'VND') })).toThrow(/another request/)
    expect(store.outbox.unsentCount).toBe(1)
  })
})
