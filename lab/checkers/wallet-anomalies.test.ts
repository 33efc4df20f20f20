/** Each kind of anomaly is found where it was planted, and clean histories have none. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type WalletHistory, type WalletOperation, walletAnomalies } from './wallet-anomalies.ts'

const boundMs = 1000
const everyMs = 10

/**
 * A clean history of one wallet: payments one after another, each followed by a read of all there is, by two clients in turn; some
 * payments end unknown, with an entry or without, and some fail.
 */
const clean = fc
  .array(fc.constantFrom('ok', 'fail', 'unknown, booked', 'unknown, not booked'), {
    minLength: 2,
    maxLength: 12,
  })
  .map((endings): WalletHistory => {
    const operations: WalletOperation[] = []
    const entries: { operation: number; wallet: string; amount_minor: number; version: number }[] = []
    for (const [at, how] of endings.entries()) {
      const invokedMs = at * everyMs
      const pay = {
        id: 2 * at + 1,
        client: 'payer',
        does: 'pay',
        wallet: 'w',
        invokedMs,
        endedMs: invokedMs + 2,
      } as const
      const isBooked = how === 'ok' || how === 'unknown, booked'
      if (isBooked)
        entries.push({ operation: pay.id, wallet: 'w', amount_minor: at + 1, version: entries.length + 1 })
      if (how === 'ok') operations.push({ ...pay, ending: 'ok', version: entries.length })
      else operations.push({ ...pay, ending: how === 'fail' ? 'fail' : 'unknown' })
      operations.push({
        id: 2 * at + 2,
        client: at % 2 === 0 ? 'reader' : 'other',
        does: 'read',
        wallet: 'w',
        invokedMs: invokedMs + 4,
        endedMs: invokedMs + 5,
        ending: 'ok',
        version: entries.length,
        balance_minor: entries.reduce((sum, { amount_minor }) => sum + amount_minor, 0),
      })
    }
    const saga = { steps: ['charge', 'book'], done: ['charge', 'book'], undone: [] }
    const compensated = { ...saga, done: ['charge'], undone: ['charge'] }
    return {
      operations,
      entries,
      sagas: [
        { operation: 1001, ...saga },
        { operation: 1002, ...compensated },
      ],
    }
  })

const isOk = ({ does, ending }: WalletOperation) => does === 'pay' && ending === 'ok'
const found = (history: WalletHistory) =>
  walletAnomalies(history, { boundMs }).map(({ kind, operation }) => `${kind} ${operation}`)

describe('anomalies of a wallet', () => {
  it('are none in a clean history, unknown and failed payments and sagas that were undone included', () => {
    fc.assert(fc.property(clean, (history) => void expect(found(history)).toEqual([])))
  })

  it('name the acknowledged payment whose entry is gone', () => {
    fc.assert(
      fc.property(clean, fc.nat(), (history, pick) => {
        const paid = history.operations.filter(isOk)
        fc.pre(paid.length > 0)
        const gone = paid[pick % paid.length]?.id
        const entries = history.entries.filter(({ operation }) => operation !== gone)

        expect(found({ ...history, entries })).toContain(`lost write ${gone}`)
      }),
    )
  })

  it('name the payment that is booked twice, and the reads that no longer add up', () => {
    fc.assert(
      fc.property(clean, (history) => {
        const last = history.entries.at(-1)
        fc.pre(last !== undefined)
        const version = history.entries.length + 1
        const twice = { ...history, entries: [...history.entries, { ...last, version }] }

        expect(found(twice)).toEqual([`duplicate ${last.operation}`])
      }),
    )
  })

  it('name the read that is older than the bound, or than what its client has seen', () => {
    fc.assert(
      fc.property(clean, fc.boolean(), (history, isLong) => {
        const paid = history.operations.findLast(isOk)
        fc.pre(paid !== undefined && history.operations.at(-1)?.version === paid.version)
        const lastMs = history.operations.at(-1)?.endedMs ?? 0
        const read = {
          ...(history.operations.at(-1) as WalletOperation),
          id: 999,
          client: isLong ? 'somebody new' : 'reader',
          invokedMs: isLong ? lastMs + boundMs + everyMs : lastMs + 1,
          endedMs: lastMs + boundMs + 2 * everyMs,
          version: 0,
          balance_minor: 0,
        }
        const seen = history.operations.some(
          ({ client, version }) => client === 'reader' && (version ?? 0) > 0,
        )
        const expected = isLong ? ['stale beyond bound 999'] : seen ? ['non-monotonic 999'] : []

        expect(found({ ...history, operations: [...history.operations, read] })).toEqual(expected)
      }),
    )
  })

  it('name the saga of which one step stands and the other does not', () => {
    fc.assert(
      fc.property(clean, fc.constantFrom('charge', 'book'), (history, step) => {
        const torn = { operation: 1003, steps: ['charge', 'book'], done: [step], undone: [] }

        expect(found({ ...history, sagas: [...history.sagas, torn] })).toEqual(['torn saga 1003'])
      }),
    )
  })
})
