/** The event of a changed balance comes back as it was sealed, and nothing else is taken for one. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readBalanceChanged, sealBalanceChanged } from './balance-changed.ts'
import { EnvelopeError } from './envelope.ts'
import { requestedEvent, seededSource, somePayments } from './fixtures.ts'

it('reads what it sealed, to the millisecond', () => {
  fc.assert(
    fc.property(
      fc.record({
        wallet_id: fc.stringMatching(/^wallet-[a-z0-9]{1,8}$/),
        version: fc.integer({ min: 1 }),
        delta_minor: fc.integer(),
        balance_minor: fc.integer(),
        committed_at: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
      }),
      fc.nat(),
      (changed, seed) => {
        const envelope = sealBalanceChanged(changed, seededSource(seed))

        expect(readBalanceChanged(Buffer.from(JSON.stringify(envelope)))).toEqual(changed)
      },
    ),
  )
})

it('refuses events of another type, and bodies that are none', () => {
  const [payment] = somePayments(1, seededSource(1))
  if (payment === undefined) throw new Error('no payment was made up')
  const other = Buffer.from(JSON.stringify(requestedEvent(payment, 1)))

  expect(() => readBalanceChanged(other)).toThrow(EnvelopeError)
  expect(() => readBalanceChanged(Buffer.from('{'))).toThrow(EnvelopeError)
})
