/** How long to wait before the next attempt to connect. */
import type { Random } from '#lab/subject'

export const firstMs = 50
export const maxMs = 2000

/**
 * Doubles with each attempt up to the maximum, and is drawn from the upper half of that.
 * @param attempt the one that comes after the wait, from 1
 */
export function delayMs(attempt: number, random: Random): number {
  // The maximum first, the draw behind it: so no draw exceeds it, and a thousandth attempt is still a number.
  const ceiling = Math.min(maxMs, firstMs * 2 ** (attempt - 1))
  // The broker comes back to everybody at the same moment. Without the draw everybody would come back to it at the same moment.
  return ceiling / 2 + (random.next() * ceiling) / 2
}
