/** The fold of a wallet's log, and the book that keeps what it says. */
import Sqlite from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededSource } from './fixtures.ts'
import {
  emptyWallet,
  evolveWallet,
  foldLog,
  readLogEvent,
  WalletBook,
  WalletUnavailable,
  walletLog,
} from './wallet-log.ts'

const logs = fc
  .record({ seed: fc.nat(), count: fc.integer({ min: 1, max: 20 }) })
  .map(({ seed, count }) => walletLog('w-1', count, seededSource(seed)))

describe('a log', () => {
  it('comes back from JSON as it was, and never takes a balance below zero', () => {
    fc.assert(
      fc.property(logs, (log) => {
        expect(log.map((event) => readLogEvent(Buffer.from(JSON.stringify(event))))).toEqual(log)
        expect(foldLog(log.toReversed()).balance_minor).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('has withdrawals that are covered in order and not when they come first', () => {
    const log = walletLog('w-1', 4, seededSource(3))
    const withdrawn = log.find(({ kind }) => kind === 'withdrawn')
    if (withdrawn === undefined) throw new Error('the log has no withdrawal')

    expect(evolveWallet(emptyWallet, withdrawn)).toEqual(emptyWallet)
    expect(foldLog(log).balance_minor).toBeLessThan(7)
  })
})

describe('the book', () => {
  it('comes to the fold of what it was given, in that order', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const book = new WalletBook(new Sqlite(':memory:'))
        for (const event of log.toReversed()) book.apply(event)

        expect(book.state('w-1')).toEqual(foldLog(log.toReversed()))
        expect(book.applied().map(({ sequence }) => sequence)).toEqual(
          log.map(({ sequence }) => sequence).toReversed(),
        )
      }),
      { numRuns: 20 },
    )
  })

  it('changes nothing of a wallet that is out of service, and goes on when it is back', () => {
    const book = new WalletBook(new Sqlite(':memory:'))
    const [event] = walletLog('w-1', 1, seededSource(1))
    if (event === undefined) throw new Error('the log is empty')
    book.takeOutOfService('w-1')

    expect(() => book.apply(event)).toThrow(WalletUnavailable)
    expect(book.applied()).toEqual([])
    book.putBack('w-1')
    book.apply(event)
    expect(book.state('w-1')).toEqual(foldLog([event]))
  })
})
