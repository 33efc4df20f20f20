/** Errors that cross from one process to another. */
import { describe, expect, it } from 'vitest'
import { packError, unpackError } from './remote-error.ts'

const carry = (thrown: unknown): Error => unpackError(structuredClone(packError(thrown)))

describe('an error carried to another process', () => {
  it('keeps name, message, code, stack and its own data', () => {
    const error = Object.assign(new TypeError('wrong amount'), {
      code: 'E_AMOUNT',
      paymentId: 'p1',
      amount: 12n,
    })

    const carried = carry(error) as Error & Record<string, unknown>

    expect(carried).toBeInstanceOf(Error)
    expect(carried.name).toBe('TypeError')
    expect(carried.message).toBe('wrong amount')
    expect(carried.stack).toBe(error.stack)
    expect(carried).toMatchObject({ code: 'E_AMOUNT', paymentId: 'p1', amount: 12n })
  })

  it('keeps its causes and what it gathered', () => {
    const carried = carry(
      new AggregateError([new Error('one'), 'two'], 'both', { cause: new Error('why', { cause: 'deeper' }) }),
    ) as AggregateError

    expect((carried.cause as Error).message).toBe('why')
    expect(((carried.cause as Error).cause as Error).message).toContain('"deeper"')
    expect(carried.errors.map((each) => each.message)).toEqual(['one', expect.stringContaining('"two"')])
  })

  it('survives data that cannot be cloned and causes that run in a circle', () => {
    const error = Object.assign(new Error('odd'), { callback: () => 1 })
    error.cause = error

    const carried = carry(error) as Error & { callback: unknown }

    expect(carried.callback).toBe('(function left out: it cannot be cloned)')
  })

  it.each([[undefined], [null], ['text'], [42], [Object.create(null)]])(
    'says so when it is no error: %s',
    (thrown) => {
      expect(carry(thrown).name).toBe('NonError')
    },
  )
})
