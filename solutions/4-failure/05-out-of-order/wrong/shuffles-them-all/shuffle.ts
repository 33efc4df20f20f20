// mistake: shuffles without a distance
// refused by: failure-05.1
// says: places from its own

/** The failure, made on purpose: events that arrive in another order than the one they happened in, the same each time. */

import type { Random } from '#lab/subject'

/**
 * The same items in another order. None of them is further from its place than `distance`; with 0 all stay. The same random numbers
 * give the same order.
 */
export function shuffled<Item>(items: readonly Item[], distance: number, random: Random): readonly Item[] {
  if (distance === 0) return items
  return items
    .map((item) => ({ item, due: random.next() }))
    .toSorted((a, b) => a.due - b.due)
    .map(({ item }) => item)
}
