// mistake: waits the same time as everybody else
// refused by: failure-04.4
// says: come back in step

/** How long to wait before the next attempt to connect. */
import type { Random } from '#lab/subject'

export const firstMs = 50
export const maxMs = 2000

/**
 * Doubles with each attempt up to the maximum, and is drawn from the upper half of that.
 * @param attempt the one that comes after the wait, from 1
 */
export function delayMs(attempt: number, random: Random): number {
  return Math.min(maxMs, firstMs * 2 ** (attempt - 1)) + random.next() * 0
}
