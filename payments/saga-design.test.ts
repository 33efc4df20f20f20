/** The saga of `payments/saga.ts` and the reference of design-04 are the same, step for step. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sagaFollowers, sagaSteps, stepKey } from './saga.ts'

interface Design {
  readonly steps: readonly {
    readonly name: string
    readonly compensation?: { readonly hears: readonly string[]; readonly done: string; readonly key: string }
    readonly uncompensated?: string
  }[]
  readonly states: Readonly<Record<string, string>>
  readonly transitions: readonly { readonly from: string; readonly on: string; readonly to: string }[]
}

const reference = join(import.meta.dirname, '..', 'solutions', 'designs', '04-payment-saga', 'saga.ts')
const { saga: design } = (await import(pathToFileURL(reference).href)) as { saga: Design }

describe('the saga of payments', () => {
  it('has the steps of the reference of design-04', () => {
    const asDesigned = sagaSteps.map(({ action, compensation, ...step }) => ({
      ...step,
      hears: [action],
      ...(compensation === undefined
        ? {}
        : { compensation: { hears: [compensation.action], done: compensation.done } }),
    }))
    const designed = design.steps.map(({ compensation, uncompensated: _, ...step }) => ({
      ...step,
      ...(compensation === undefined
        ? {}
        : { compensation: { hears: compensation.hears, done: compensation.done } }),
    }))
    expect(asDesigned).toEqual(designed)
  })

  it('gives up only where the design gives up', () => {
    for (const { name, attemptsMax, done } of sagaSteps) {
      const waiting = design.transitions.find(({ on }) => on === done)?.from
      const givesUp = design.transitions.some(({ from, on }) => from === waiting && on === 'gave-up')
      expect([name, Number.isFinite(attemptsMax)]).toEqual([name, givesUp])
    }
  })

  it('ends where the design ends, and goes on nowhere from there', () => {
    const ends = Object.values(design.states).filter((kind) => kind !== 'open')
    expect(Object.keys(sagaFollowers).filter((status) => ends.includes(status as 'settled'))).toEqual(ends)
    expect([sagaFollowers.settled, sagaFollowers.cancelled]).toEqual([[], []])
  })

  it('has one key for a step of a payment, and different ones for two steps', () => {
    const keys = sagaSteps.map((step) => stepKey(step, { payment_id: 'p-1' }))
    expect(new Set(keys).size).toBe(sagaSteps.length)
    expect(keys.every((key) => key.startsWith('p-1:'))).toBe(true)
  })
})
