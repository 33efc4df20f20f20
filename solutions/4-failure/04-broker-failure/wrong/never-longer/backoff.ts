// mistake: waits as long before the tenth attempt as before the first
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
  const ceiling = Math.min(maxMs, firstMs)
  return attempt > 0 ? ceiling / 2 + (random.next() * ceiling) / 2 : ceiling
}
