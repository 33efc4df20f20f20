/** The wallet: it refuses frozen merchants, and counts every attempt. */
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { seededSource, somePayments } from './fixtures.ts'
import { MerchantFrozen, Wallet } from './wallet.ts'

const [payment] = somePayments(1, seededSource(2)) as [ReturnType<typeof somePayments>[number]]

it('books once, and refuses a frozen merchant until it is thawed', () => {
  const wallet = new Wallet(new Sqlite(':memory:'), seededSource(1))
  wallet.freeze(payment.merchant_id)
  wallet.freeze(payment.merchant_id)
  expect(() => wallet.book(payment)).toThrow(MerchantFrozen)
  expect(wallet.ledger.count(payment.payment_id, 'capture')).toBe(0)
  wallet.thaw(payment.merchant_id)
  expect([wallet.book(payment), wallet.book(payment)]).toEqual(['booked', 'repeated'])
  expect(wallet.attempts(payment.payment_id)).toBe(3)
  expect(wallet.attempts('another')).toBe(0)
})

it('counts attempts for whoever opens the database next', () => {
  const database = new Sqlite(':memory:')
  new Wallet(database, seededSource(1)).book(payment)
  expect(new Wallet(database, seededSource(1)).attempts(payment.payment_id)).toBe(1)
})
