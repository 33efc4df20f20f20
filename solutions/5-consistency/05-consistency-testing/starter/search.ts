/** The search: fast-check makes up plans, concurrency and crashes included, until one breaks the bank, and shrinks it. */
import type { Plan, Play } from './bank.ts'

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

/** Plays up to `runs` plans. The same seed makes up the same plans. Undefined when none of them broke anything. */
export function search(
  play: Play,
  options: { readonly seed: number; readonly runs: number },
): Found | undefined {
  // TODO consistency-05.4: an arbitrary of plans (what has to be in them, so that races and crashes happen?), the laws of a bank as a
  //   property, and fc.check with seed and numRuns.
  throw new Error('TODO: search for a plan that breaks the bank')
}
