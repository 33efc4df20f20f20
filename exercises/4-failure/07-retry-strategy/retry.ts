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
  // TODO failure-07.4: a bucket of tokens.
  throw new Error('TODO: what retries may spend together')
}

/**
 * Answers what `work` answers, as soon as it does.
 * @throws the error of the last attempt, when it can't pass, or the attempts, the time or the budget are used up
 */
export async function retry<Result>(
  world: Pick<World, 'clock' | 'random'>,
  policy: RetryPolicy,
  work: (attempt: number) => Promise<Result>,
): Promise<Result> {
  // TODO failure-07.1: try, wait (world.clock.sleep), try again; an error that can't pass ends it at once.
  // TODO failure-07.4: a failure may say retryAfterMs. No attempt after the deadline, and none that the budget does not pay.
  throw new Error('TODO: try again within bounds')
}
