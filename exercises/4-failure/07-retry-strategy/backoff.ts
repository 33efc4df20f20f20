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
  // TODO failure-07.2: the exponential wait, and its bound. What is 2 ** 1100?
  // TODO failure-07.3: the jitter. random.next() is a number from 0 to 1, and the only one to use.
  throw new Error('TODO: how long to wait')
}
