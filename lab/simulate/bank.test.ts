/** The sound bank keeps its laws under every plan; each mistake breaks one under some plan, and under none without concurrency or crash. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BankPlan, bankMistakes, breachOf, playBank } from './bank.ts'

const clients = 3
const action = fc.record({
  client: fc.nat(clients - 1),
  kind: fc.constantFrom('deposit' as const, 'withdraw' as const),
  amount_minor: fc.integer({ min: 1, max: 100 }),
})
const plans = fc.record({
  actions: fc.array(action, { maxLength: 6 }),
  turns: fc.array(fc.oneof(fc.nat(clients - 1), fc.constant('crash' as const)), { maxLength: 20 }),
})
const shortest = {
  'reads-then-writes': 'lost update',
  'looks-first': 'overdrawn',
  'asks-again': 'duplicate',
  'answers-first': 'lost write',
} as const

describe('the bank', () => {
  it('keeps its laws under every plan when it is sound, and plays the same plan alike', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const played = playBank(undefined, plan)

        expect(breachOf(played)).toBeUndefined()
        expect(playBank(undefined, plan)).toEqual(played)
      }),
      { numRuns: 500 },
    )
  })

  it.each(bankMistakes)('breaks a law under some plan when it %s', (mistake) => {
    const { counterexample, failed } = fc.check(
      fc.property(plans, (plan) => breachOf(playBank(mistake, plan)) === undefined),
      { seed: 7, numRuns: 1000 },
    )
    const [plan] = counterexample as [BankPlan]

    expect(failed).toBe(true)
    expect(breachOf(playBank(mistake, plan))).toBe(shortest[mistake])
    expect(plan.actions.length).toBeLessThanOrEqual(2)
    expect(plan.turns.length).toBeLessThanOrEqual(2)
  })

  it.each(bankMistakes)('keeps its laws with one client and no crash although it %s', (mistake) => {
    const alone = plans.map(({ actions }) => ({
      actions: actions.map((each) => ({ ...each, client: 0 })),
      turns: [],
    }))

    fc.assert(fc.property(alone, (plan) => breachOf(playBank(mistake, plan)) === undefined))
  })
})
