// mistake: rounds the jittered wait to tens of milliseconds
// refused by: failure-07.3
// says: different ones

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
  // The power grows past every number there is (Infinity from about the 1,000th retry on); the smaller of the two never does. The
  // cap comes before the jitter: after it, everybody who is over the cap would wait exactly as long as everybody else.
  const exponentialMs = Math.min(maxDelayMs, initialDelayMs * multiplier ** (retry - 1))
  switch (jitter) {
    case 'none':
      return exponentialMs
    case 'full':
      return Math.floor((random.next() * exponentialMs) / 10) * 10
    case 'equal':
      return exponentialMs / 2 + (random.next() * exponentialMs) / 2
    case 'decorrelated': {
      const upToMs = Math.max(initialDelayMs, previousMs * 3)
      return Math.min(maxDelayMs, initialDelayMs + random.next() * (upToMs - initialDelayMs))
    }
  }
}
