// mistake: takes a token before it knows whether there is time for a retry
// refused by: failure-07.4
// says: took tokens for it all the same
/** Does something that may fail, and tries again within bounds: of attempts, of time, and of what everybody together may spend. */

import type { World } from '#lab/subject'
import { type Backoff, delayMs } from './backoff.ts'

/** A failure that may carry the other side's word on when to come again. */
export interface Failure {
  readonly retryAfterMs?: number
}

export interface RetryPolicy {
  readonly backoff: Backoff
  /** How often it may be tried, the first time included. */
  readonly attemptsMax: number
  /** No attempt begins later than this after the first one began, milliseconds. */
  readonly deadlineMs: number
  /** Whether a later attempt may succeed. */
  readonly mayPass: (error: unknown) => boolean
  /** What all retries that share it may spend together. */
  readonly budget?: RetryBudget
}

/** What retries may spend together. */
export interface RetryBudget {
  /** A first attempt is made. */
  deposit(): void
  /** Takes a token; answers whether there was one. */
  withdraw(): boolean
}

/**
 * A bucket of tokens, full to begin with: each first attempt puts `depositPerCall` in, up to `tokensMax`, and each retry takes one
 * out. When a whole service is down, its callers then add a tenth to the load instead of multiplying it.
 */
export function retryBudget(options: {
  readonly depositPerCall: number
  readonly tokensMax: number
}): RetryBudget {
  const { depositPerCall, tokensMax } = options
  let tokens = tokensMax
  return {
    deposit() {
      tokens = Math.min(tokensMax, tokens + depositPerCall)
    },
    withdraw() {
      // Tenths add up to a hair less than one.
      if (tokens < 1 - 1e-9) return false
      tokens -= 1
      return true
    },
  }
}

/**
 * Answers what `work` answers, as soon as it does.
 * @throws the error of the last attempt, when it can't pass, or the attempts, the time or the budget are used up
 */
export async function retry<Result>(
  { clock, random }: Pick<World, 'clock' | 'random'>,
  policy: RetryPolicy,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  const { backoff, attemptsMax, deadlineMs, mayPass, budget } = policy
  const lastStartMs = clock.now() + deadlineMs
  let previousMs = backoff.initialDelayMs
  budget?.deposit()
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt)
    } catch (error) {
      if (attempt >= attemptsMax || !mayPass(error)) throw error
      // What the other side asks for is a lower bound. It may be longer than our own longest wait.
      const waitMs = Math.max(delayMs(backoff, attempt, random, previousMs), retryAfterMs(error))
      if (budget !== undefined && !budget.withdraw()) throw error
      // Now, and not after a wait for nothing: whoever called has other things to do.
      if (clock.now() + waitMs > lastStartMs) throw error
      previousMs = waitMs
      await clock.sleep(waitMs)
    }
  }
}

function retryAfterMs(error: unknown): number {
  return (error as Failure | undefined)?.retryAfterMs ?? 0
}
