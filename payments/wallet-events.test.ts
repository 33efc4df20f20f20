/** Events of wallets: their order decides the balance. */
import Sqlite from 'better-sqlite3'
import { expect, it } from 'vitest'
import { seededSource } from './fixtures.ts'
import { Accounts, balanceAfter, readWalletEvent, walletHistory } from './wallet-events.ts'

const history = walletHistory('w', 6, seededSource(3))

it('numbers its events from 1, and empties the wallet with every second one', () => {
  expect(history.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6])
  expect([2, 4, 6].map((count) => balanceAfter(history.slice(0, count)))).toEqual([0, 0, 0])
  expect(balanceAfter(history.toSorted((a, b) => b.sequence - a.sequence))).toBeGreaterThan(0)
})

it('refuses a withdrawal that the balance does not cover, and keeps what took effect in its order', () => {
  const accounts = new Accounts(new Sqlite(':memory:'), { now: () => 7 })
  const [deposit, withdrawal] = history
  for (const event of [withdrawal, deposit]) if (event !== undefined) accounts.apply(event)
  expect(accounts.balance('w')).toBe(deposit?.amount_minor)
  expect(accounts.applied()).toEqual([
    { wallet_id: 'w', sequence: 2, applied_at: 7 },
    { wallet_id: 'w', sequence: 1, applied_at: 7 },
  ])
})

it('reads its own events and nothing else', () => {
  const [event] = history
  expect(readWalletEvent(Buffer.from(JSON.stringify(event)))).toEqual(event)
  expect(() => readWalletEvent(Buffer.from('{}'))).toThrow()
})
