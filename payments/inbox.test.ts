/** The inbox: an effect happens once, and never without its mark. */
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { Inbox, InboxConflict } from './inbox.ts'

const clock = { now: () => 1_000 }
const message = { id: 'm1', content: '{"amount":1}' }

function newWallet() {
  const database = new Sqlite(':memory:')
  database.exec('CREATE TABLE wallet (amount INTEGER NOT NULL) STRICT; INSERT INTO wallet VALUES (0)')
  return {
    database,
    inbox: new Inbox(database, 'wallet', clock),
    credit: () => void database.exec('UPDATE wallet SET amount = amount + 100'),
    amount: () => (database.prepare('SELECT amount FROM wallet').get() as { amount: number }).amount,
  }
}

describe('a message', () => {
  it('has its effect once, however often it comes', () => {
    const { inbox, credit, amount } = newWallet()
    expect([1, 2, 3].map(() => inbox.process(message, credit))).toEqual(['applied', 'duplicate', 'duplicate'])
    expect(amount()).toBe(100)
  })

  it('is told from another one of the same content by its id alone', () => {
    const { inbox, credit, amount } = newWallet()
    inbox.process(message, credit)
    expect(inbox.process({ ...message, id: 'm2' }, credit)).toBe('applied')
    expect(amount()).toBe(200)
  })

  it('counts as never seen when its effect fails, and what the effect wrote is gone', () => {
    const { inbox, credit, amount } = newWallet()
    const half = () => {
      credit()
      throw new Error('the card network is away')
    }
    expect(() => inbox.process(message, half)).toThrow('the card network is away')
    expect(amount()).toBe(0)
    expect(inbox.process(message, credit)).toBe('applied')
    expect(amount()).toBe(100)
  })

  it('with an id that another payload has is a conflict, no duplicate', () => {
    const { inbox, credit, amount } = newWallet()
    inbox.process(message, credit)
    expect(() => inbox.process({ ...message, content: '{"amount":2}' }, credit)).toThrow(InboxConflict)
    expect(amount()).toBe(100)
  })

  it('may be processed by two consumers of one database', () => {
    const { database, inbox, credit, amount } = newWallet()
    inbox.process(message, credit)
    expect(new Inbox(database, 'audit', clock).process(message, credit)).toBe('applied')
    expect(amount()).toBe(200)
  })
})

it('refuses an effect that is async, and keeps nothing of it', () => {
  const { inbox, credit, amount } = newWallet()
  const late = (async () => credit()) as () => void
  expect(() => inbox.process(message, late)).toThrow('make it synchronous')
  expect(amount()).toBe(0)
  expect(inbox.process(message, credit)).toBe('applied')
})
