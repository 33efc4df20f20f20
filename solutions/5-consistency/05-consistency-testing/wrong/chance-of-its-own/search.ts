// mistake: lets chance choose the seed
// refused by: consistency-05.4
// says: found another plan the second time

/** The search: fast-check makes up plans, concurrency and crashes included, until one breaks the bank, and shrinks it. */
import fc from 'fast-check'
import type { Plan, Play, Played } from './bank.ts'

/**
 * - `lost write`: an action that ended ok was never booked
 * - `duplicate`: an action was booked more than once, or was refused and booked
 * - `lost update`: 100 and the entries do not come to the balance
 * - `overdrawn`: the entries, in their order, take the wallet below zero
 */
export type Breach = 'lost write' | 'duplicate' | 'lost update' | 'overdrawn'

export interface Found {
  /** The shortest plan that still breaks it. */
  readonly plan: Plan
  readonly breach: Breach
}

/** What the wallet has to begin with. */
const opening = 100
const clientsMax = 2

// Small amounts are no race: of two withdrawals that are both covered nobody is refused. So up to all that there is.
const actions = fc.array(
  fc.record({
    client: fc.nat(clientsMax),
    kind: fc.constantFrom('deposit' as const, 'withdraw' as const),
    amount_minor: fc.integer({ min: 1, max: opening }),
  }),
  { maxLength: 6 },
)
// The schedule is part of what is made up, crashes included: so it is shrunk as well, and comes again with the seed.
const turns = fc.array(
  fc.oneof(
    { arbitrary: fc.nat(clientsMax), weight: 5 },
    { arbitrary: fc.constant('crash' as const), weight: 1 },
  ),
  {
    maxLength: 16,
  },
)
const plans: fc.Arbitrary<Plan> = fc.record({ actions, turns })

/** Plays up to `runs` plans. The same seed makes up the same plans. Undefined when none of them broke anything. */
export function search(
  play: Play,
  { seed, runs }: { readonly seed: number; readonly runs: number },
): Found | undefined {
  const law = fc.property(plans, (plan) => breachOf(play(plan)) === undefined)
  const { counterexample } = fc.check(law, { seed: seed + Math.floor(Math.random() * 1e6), numRuns: runs })
  const plan = counterexample?.[0]
  if (plan === undefined) return undefined
  const breach = breachOf(play(plan))
  return breach === undefined ? undefined : { plan, breach }
}

/** The laws of a bank, over what is there in the end. An unknown outcome allows one entry or none. */
function breachOf({ outcomes, entries, balance_minor }: Played): Breach | undefined {
  const times = outcomes.map((_, at) => entries.filter(({ action }) => action === at).length)
  if (outcomes.some((outcome, at) => outcome === 'ok' && times[at] === 0)) return 'lost write'
  if (outcomes.some((outcome, at) => (times[at] ?? 0) > (outcome === 'refused' ? 0 : 1))) return 'duplicate'
  let balance = opening
  let lowest = opening
  for (const { amount_minor } of entries) {
    balance += amount_minor
    lowest = Math.min(lowest, balance)
  }
  if (balance !== balance_minor) return 'lost update'
  return lowest < 0 ? 'overdrawn' : undefined
}
