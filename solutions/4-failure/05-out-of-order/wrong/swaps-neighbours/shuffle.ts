// mistake: swaps neighbours, whatever the distance
// refused by: failure-05.1
// says: hardly a disorder

/** The failure, made on purpose: events that arrive in another order than the one they happened in, the same each time. */

import type { Random } from '#lab/subject'

/**
 * The same items in another order. None of them is further from its place than `distance`; with 0 all stay. The same random numbers
 * give the same order.
 */
export function shuffled<Item>(items: readonly Item[], distance: number, random: Random): readonly Item[] {
  const result = [...items]
  for (let at = 0; at + 1 < result.length && distance > 0; at += 2) {
    const [a, b] = [result[at], result[at + 1]] as [Item, Item]
    if (random.next() < 0.9) [result[at], result[at + 1]] = [b, a]
  }
  return result
}
