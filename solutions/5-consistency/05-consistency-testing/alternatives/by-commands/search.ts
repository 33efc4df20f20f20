// way: uses the commands of fast-check: what clients want, turns and crashes are commands, and the model is the plan so far

/** The search: fast-check makes up plans, concurrency and crashes included, until one breaks the bank, and shrinks it. */
import fc from 'fast-check'
import type { Action, Plan, Play, Played, Turn } from './bank.ts'

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
const actions = fc.record({
  client: fc.nat(clientsMax),
  kind: fc.constantFrom('deposit' as const, 'withdraw' as const),
  amount_minor: fc.integer({ min: 1, max: opening }),
})
const turns = fc.oneof(
  { arbitrary: fc.nat(clientsMax), weight: 3 },
  { arbitrary: fc.constant('crash' as const), weight: 1 },
)

/** The plan so far. */
interface Model {
  readonly actions: Action[]
  readonly turns: Turn[]
}

/** Makes the plan longer by one thing, plays it, and holds it against the laws. */
class Longer implements fc.Command<Model, Play> {
  readonly #add: (model: Model) => void
  constructor(add: (model: Model) => void) {
    this.#add = add
  }
  check(): boolean {
    return true
  }
  run(model: Model, play: Play): void {
    this.#add(model)
    const breach = breachOf(play(model))
    if (breach !== undefined) throw new Error(breach)
  }
}

const commands = fc.commands(
  [
    actions.map((action) => new Longer((model) => void model.actions.push(action))),
    turns.map((turn) => new Longer((model) => void model.turns.push(turn))),
  ],
  { maxCommands: 16 },
)

/** Plays up to `runs` plans. The same seed makes up the same plans. Undefined when none of them broke anything. */
export function search(
  play: Play,
  { seed, runs }: { readonly seed: number; readonly runs: number },
): Found | undefined {
  const law = fc.property(commands, (those) => {
    fc.modelRun(() => ({ model: { actions: [], turns: [] }, real: play }), those)
  })
  const { counterexample } = fc.check(law, { seed, numRuns: runs })
  const plan: Model = { actions: [], turns: [] }
  for (const command of counterexample?.[0] ?? []) {
    try {
      command.run(plan, play)
    } catch {
      const breach = breachOf(play(plan))
      if (breach !== undefined) return { plan, breach }
    }
  }
  return undefined
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
