/**
 * How long to wait before a retry, as the books have it: fixed, exponential, and exponential with jitter in the three forms that Marc
 * Brooker's simulation made known (full, equal, decorrelated). The lab's own, to simulate with and to hold others against.
 */
import type { Random } from '../subject/world.ts'

export interface Backoff {
  readonly initialDelayMs: number
  readonly maxDelayMs: number
  readonly multiplier: number
}

/** The wait before the nth retry, from 1; `previousMs` is the wait before the retry before it. */
export type Strategy = (
  backoff: Backoff,
  retry: number,
  random: Pick<Random, 'next'>,
  previousMs: number,
) => number

/** Capped, and never infinite: the power is, for large n, and the smaller of the two is taken. */
export function exponential({ initialDelayMs, maxDelayMs, multiplier }: Backoff, retry: number): number {
  return Math.min(maxDelayMs, initialDelayMs * multiplier ** (retry - 1))
}

export const strategies = {
  fixed: ({ initialDelayMs }) => initialDelayMs,
  exponential: (backoff, retry) => exponential(backoff, retry),
  full: (backoff, retry, random) => random.next() * exponential(backoff, retry),
  equal: (backoff, retry, random) => {
    const half = exponential(backoff, retry) / 2
    return half + random.next() * half
  },
  decorrelated: ({ initialDelayMs, maxDelayMs }, _, random, previousMs) =>
    Math.min(
      maxDelayMs,
      initialDelayMs + random.next() * (Math.max(initialDelayMs, previousMs * 3) - initialDelayMs),
    ),
} as const satisfies Record<string, Strategy>

export type StrategyName = keyof typeof strategies
