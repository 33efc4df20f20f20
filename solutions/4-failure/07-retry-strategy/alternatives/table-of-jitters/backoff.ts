// way: a table of functions, one for each jitter

/** How long to wait before a retry: exponential with a cap, and jitter, so that those who failed together don't come back together. */

import type { Random } from '#lab/subject'

/**
 * - `none`: the exponential wait itself
 * - `full`: anything from 0 to the exponential wait
 * - `equal`: half of it, and anything from 0 to the other half
 * - `decorrelated`: anything from the initial delay to three times the wait before, capped
 */
export type Jitter = 'none' | 'full' | 'equal' | 'decorrelated'

export interface Backoff {
  readonly initialDelayMs: number
  /** No wait is longer, jitter included. */
  readonly maxDelayMs: number
  /** What each wait is multiplied by to give the next; 1 means a fixed delay. */
  readonly multiplier: number
  readonly jitter: Jitter
}

/**
 * The wait before a retry, in milliseconds.
 * @param retry which one: 1 is the first retry, made after the first attempt failed
 * @param previousMs the wait before the retry before this one; before the first it is the initial delay
 */
export function delayMs(backoff: Backoff, retry: number, random: Random, previousMs: number): number {
  const { initialDelayMs, maxDelayMs, multiplier, jitter } = backoff
  const exponentialMs = Math.min(maxDelayMs, initialDelayMs * multiplier ** (retry - 1))
  return Math.min(
    maxDelayMs,
    shapes[jitter]({ exponentialMs, initialDelayMs, previousMs, chance: random.next() }),
  )
}

interface Shape {
  readonly exponentialMs: number
  readonly initialDelayMs: number
  readonly previousMs: number
  readonly chance: number
}

const shapes: Readonly<Record<Jitter, (shape: Shape) => number>> = {
  none: ({ exponentialMs }) => exponentialMs,
  full: ({ exponentialMs, chance }) => exponentialMs * chance,
  equal: ({ exponentialMs, chance }) => (exponentialMs * (1 + chance)) / 2,
  decorrelated: ({ initialDelayMs, previousMs, chance }) =>
    initialDelayMs + chance * (Math.max(initialDelayMs, previousMs * 3) - initialDelayMs),
}
