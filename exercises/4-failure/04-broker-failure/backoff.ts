/** How long to wait before the next attempt to connect. */
import type { Random } from '#lab/subject'

export const firstMs = 50
export const maxMs = 2000

/** @param attempt the one that comes after the wait, from 1 */
export function delayMs(attempt: number, random: Random): number {
  // TODO failure-04.4: it doubles from firstMs, never exceeds maxMs, and is drawn at random within that.
  throw new Error('TODO: say how long to wait')
}
