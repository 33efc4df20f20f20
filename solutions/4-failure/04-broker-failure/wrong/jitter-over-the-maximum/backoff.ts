// mistake: adds the jitter to the maximum
// refused by: failure-04.4
// says: is the most

/** How long to wait before the next attempt to connect. */
import type { Random } from '#lab/subject'

export const firstMs = 50
export const maxMs = 2000

/**
 * Doubles with each attempt up to the maximum, and is drawn from the upper half of that.
 * @param attempt the one that comes after the wait, from 1
 */
export function delayMs(attempt: number, random: Random): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** (attempt - 1))
  return ceiling + (random.next() * ceiling) / 2
}
