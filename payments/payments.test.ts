/** The payment service's store: idempotent requests, the table of states, and an event for each change. */
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openEvent, paymentStatuses } from './events.ts'
import { seededSource } from './fixtures.ts'
import { money } from './money.ts'
import { followers, PaymentStateError } from './payment-state.ts'
import { IdempotencyConflict, Payments } from './payments.ts'

const wanted = { merchant_id: 'pho-lien', amount: money(42_000n, 'VND') }
const newPayments = () => new Payments(new Sqlite(':memory:'), seededSource(5))
const told = (payments: Payments) =>
  payments.outbox.unsent(100).map(({ envelope }) => {
    const { name, data } = openEvent(envelope)
    return [name, data.payment_id, envelope.aggregateversion]
  })

describe('a request', () => {
  it('creates a payment and its event; the same key again finds the same payment and tells nothing', () => {
    const payments = newPayments()
    const first = payments.request('k1', wanted)
    const second = payments.request('k1', { ...wanted })
    expect(first).toMatchObject({ isNew: true, payment: { ...wanted, status: 'CREATED', version: 1 } })
    expect(second).toEqual({ isNew: false, payment: first.payment })
    expect(told(payments)).toEqual([['PaymentRequested', first.payment.payment_id, 1]])
  })

  it('that looks alike under another key is another payment, and so is the same key of another merchant', () => {
    const payments = newPayments()
    const ids = [
      payments.request('k1', wanted),
      payments.request('k2', wanted),
      payments.request('k1', { ...wanted, merchant_id: 'lotus-books' }),
    ].map(({ payment }) => payment.payment_id)
    expect(new Set(ids).size).toBe(3)
  })

  it('with a key that stands for something else is refused, and nothing is written', () => {
    const payments = newPayments()
    payments.request('k1', wanted)
    expect(() => payments.request('k1', { ...wanted, amount: money(1n, 'VND') })).toThrow(IdempotencyConflict)
    expect(payments.outbox.unsentCount).toBe(1)
  })
})

describe('a step', () => {
  it('along the table is told once, with the version it made', () => {
    const payments = newPayments()
    const { payment_id } = payments.request('k1', wanted).payment
    for (const status of [
      'VALIDATED',
      'AUTHORIZED',
      'AUTHORIZED',
      'CAPTURED',
      'SETTLED',
      'REFUNDED',
    ] as const) {
      payments.advance(payment_id, status)
    }
    expect(payments.get(payment_id)).toMatchObject({ status: 'REFUNDED', version: 6 })
    expect(told(payments)).toEqual([
      ['PaymentRequested', payment_id, 1],
      ['PaymentValidated', payment_id, 2],
      ['PaymentAuthorized', payment_id, 3],
      ['PaymentCaptured', payment_id, 4],
      ['PaymentRefunded', payment_id, 6],
    ])
  })

  it('past the table is refused and changes nothing', () => {
    const payments = newPayments()
    const { payment_id } = payments.request('k1', wanted).payment
    expect(() => payments.advance(payment_id, 'CAPTURED')).toThrow(PaymentStateError)
    expect(() => payments.advance('nobody', 'CAPTURED')).toThrow('there is no payment nobody')
    expect(payments.get(payment_id)?.status).toBe('CREATED')
  })
})

it('no status is out of reach, and a final one is left by nothing', () => {
  const reached = new Set<string>(['CREATED'])
  for (const from of paymentStatuses) {
    // A set grows while it is walked: this goes on until nothing new is found.
    for (const status of reached) for (const next of followers[status as typeof from]) reached.add(next)
  }
  expect([...reached].sort()).toEqual([...paymentStatuses].sort())
})
