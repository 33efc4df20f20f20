/** Tests of the fixtures: they repeat, and they contain what is easily got wrong. */
import { expect, test } from 'vitest'
import { sealEvent } from './events.ts'
import { seededSource, somePayments } from './fixtures.ts'
import { shortId } from './ids.ts'

test('the same seed gives the same payments, another seed gives others', () => {
  expect(somePayments(50, seededSource(7))).toEqual(somePayments(50, seededSource(7)))
  expect(somePayments(50, seededSource(7))).not.toEqual(somePayments(50, seededSource(8)))
})

test('three payments are in three currencies, with nought, two and three decimals', () => {
  const currencies = somePayments(3, seededSource(7)).map(({ amount }) => amount.currency)
  expect(currencies).toEqual(['VND', 'USD', 'KWD'])
})

test('every payment can be sent, and every dinar amount needs its third decimal', () => {
  const source = seededSource(7)
  for (const payment of somePayments(500, source)) {
    expect(() => sealEvent('PaymentRequested', payment, source)).not.toThrow()
    if (payment.amount.currency === 'KWD') expect(payment.amount.minor % 10n).not.toBe(0n)
  }
})

test('ids differ, in their short form too', () => {
  const ids = somePayments(300, seededSource(7)).map(({ payment_id }) => payment_id)
  expect(new Set(ids).size).toBe(300)
  expect(new Set(ids.map(shortId)).size).toBe(300)
})

test('look-alikes agree in all but the id', () => {
  const payments = somePayments(6, seededSource(7), { lookAlikes: true })
  for (let index = 0; index < 6; index += 2) {
    const [first, second] = payments.slice(index, index + 2)
    expect(second).toEqual({ ...first, payment_id: second?.payment_id })
    expect(second?.payment_id).not.toBe(first?.payment_id)
  }
})

test('a source that never varies does not hang the maker', () => {
  expect(somePayments(3, { clock: { now: () => 0 }, random: { next: () => 0.5 } })).toHaveLength(3)
})

test('the seeded numbers lie from 0 to 1 and spread evenly', () => {
  const { random } = seededSource(7)
  const numbers = Array.from({ length: 10_000 }, () => random.next())
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...numbers)).toBeLessThan(1)
  expect(numbers.reduce((total, each) => total + each, 0) / numbers.length).toBeCloseTo(0.5, 1)
})
