/** The ledger: what it books, what it refuses, and what an audit finds in books that somebody else wrote. */
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededSource } from './fixtures.ts'
import { auditLedger, Ledger, LedgerError, transfer } from './ledger.ts'
import { money } from './money.ts'

const vnd = (minor: bigint) => money(minor, 'VND')

function newLedger() {
  const database = new Sqlite(':memory:')
  return { database, ledger: new Ledger(database, seededSource(1)) }
}
const capture = (payment_id: string, minor: bigint) =>
  ({ payment_id, kind: 'capture', legs: transfer('wallet:an', 'merchant:pho-lien', vnd(minor)) }) as const

describe('booking', () => {
  it('moves money from one account to another, and counts the versions of balances', () => {
    const { ledger } = newLedger()
    expect(ledger.post(capture('p1', 42_000n))).toBe('booked')
    expect(ledger.post(capture('p2', 8_000n))).toBe('booked')
    expect(ledger.balance('wallet:an', 'VND')).toEqual({ amount: vnd(-50_000n), version: 2 })
    expect(ledger.balance('merchant:pho-lien', 'VND')).toEqual({ amount: vnd(50_000n), version: 2 })
    expect(ledger.balance('merchant:pho-lien', 'USD')).toEqual({ amount: money(0n, 'USD'), version: 0 })
    expect(ledger.audit()).toEqual([])
  })

  it('has one transaction of a kind for a payment: the second changes nothing', () => {
    const { ledger } = newLedger()
    ledger.post(capture('p1', 42_000n))
    expect(ledger.post(capture('p1', 42_000n))).toBe('repeated')
    expect(ledger.count('p1', 'capture')).toBe(1)
    expect(ledger.balance('wallet:an', 'VND').amount).toEqual(vnd(-42_000n))
  })

  it.each([
    ['nothing', []],
    ['legs that are off', [{ account: 'wallet:an', amount: vnd(-1n) }]],
    [
      'two currencies that only sum to zero together',
      [
        { account: 'wallet:an', amount: vnd(-5n) },
        { account: 'merchant:pho-lien', amount: money(5n, 'USD') },
      ],
    ],
    ['a leg of zero', [{ account: 'wallet:an', amount: vnd(0n) }]],
  ])('refuses %s', (_what, legs) => {
    const { ledger } = newLedger()
    expect(() => ledger.post({ payment_id: 'p1', kind: 'capture', legs })).toThrow(LedgerError)
    expect(ledger.count('p1', 'capture')).toBe(0)
  })

  it("is part of the caller's transaction", () => {
    const { database, ledger } = newLedger()
    const half = database.transaction(() => {
      ledger.post(capture('p1', 42_000n))
      throw new Error('the handler fails')
    })
    expect(half).toThrow('the handler fails')
    expect(ledger.count('p1', 'capture')).toBe(0)
    expect(ledger.balance('wallet:an', 'VND').version).toBe(0)
  })

  it('is exact for amounts beyond 2^53', () => {
    const { ledger } = newLedger()
    ledger.post(capture('p1', 9_007_199_254_740_993n))
    expect(ledger.balance('merchant:pho-lien', 'VND').amount.minor).toBe(9_007_199_254_740_993n)
  })

  it('keeps its laws over any series of transfers', () => {
    const someTransfer = fc.record({
      payment_id: fc.constantFrom('p1', 'p2', 'p3'),
      kind: fc.constantFrom('deposit' as const, 'capture' as const),
      amount: fc.bigInt({ min: 1n, max: 10n ** 15n }),
      from: fc.constantFrom('a', 'b', 'c'),
      to: fc.constantFrom('d', 'e'),
    })
    fc.assert(
      fc.property(fc.array(someTransfer, { maxLength: 30 }), (transfers) => {
        const { ledger } = newLedger()
        for (const { payment_id, kind, amount, from, to } of transfers) {
          ledger.post({ payment_id, kind, legs: transfer(from, to, vnd(amount)) })
        }
        const accounts = ['a', 'b', 'c', 'd', 'e']
        const total = accounts.reduce((sum, account) => sum + ledger.balance(account, 'VND').amount.minor, 0n)
        expect(total).toBe(0n)
        expect(ledger.audit()).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

describe('the audit of books that are wrong', () => {
  const write = (sql: string) => {
    const { database, ledger } = newLedger()
    ledger.post(capture('p1', 42_000n))
    database.exec(sql)
    return auditLedger(database)
  }
  const txn = (kind: string) => `INSERT INTO txn VALUES ('t9', 'p9', '${kind}', 0);`
  const entry = (id: string, account: string, minor: number) =>
    `INSERT INTO entry VALUES ('${id}', 't9', '${account}', 'VND', ${minor}, 0);`

  it('finds a transaction that is out of balance, and the balance that does not know of it', () => {
    expect(write(txn('capture') + entry('e1', 'wallet:an', -500))).toEqual([
      'the capture of payment p9 is out of balance by -500 VND',
      'the balance of wallet:an says -42,000 VND, its entries sum to -42,500 VND',
    ])
  })

  it('finds a balance that was written and not booked', () => {
    expect(write("UPDATE balance SET amount_minor = 0 WHERE account_id = 'wallet:an'")).toEqual([
      'the balance of wallet:an says 0 VND, its entries sum to -42,000 VND',
    ])
    expect(write("INSERT INTO balance VALUES ('wallet:binh', 'VND', 7, 1)")).toEqual([
      'the balance of wallet:binh says 7 VND, its entries sum to 0 VND',
    ])
  })

  it('finds a refund without a capture, and a transaction without entries', () => {
    expect(write(txn('refund'))).toEqual([
      'the refund of payment p9 has no entries',
      'payment p9 was refunded and never captured',
    ])
  })
})

it('refuses to change or delete what is written', () => {
  const { database, ledger } = newLedger()
  ledger.post(capture('p1', 42_000n))
  for (const sql of [
    'UPDATE entry SET amount_minor = 1',
    'DELETE FROM entry',
    "UPDATE txn SET kind = 'refund'",
    'DELETE FROM txn',
  ]) {
    expect(() => database.exec(sql)).toThrow('the ledger is append-only')
  }
})
