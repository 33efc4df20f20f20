/** The failure, made on purpose: events that arrive in another order than the one they happened in, the same each time. */

import type { Random } from '#lab/subject'

/**
 * The same items in another order. None of them is further from its place than `distance`; with 0 all stay. The same random numbers
 * give the same order.
 */
export function shuffled<Item>(items: readonly Item[], distance: number, random: Random): readonly Item[] {
  // Each is late by some time, and the network hands out whatever is due: that is how real ones get out of order, and nobody can be
  // late for longer than the longest delay. A full shuffle would know no distance.
  return items
    .map((item, at) => ({ item, due: at + random.next() * (distance + (distance === 0 ? 0 : 1)), at }))
    .toSorted((a, b) => a.due - b.due || a.at - b.at)
    .map(({ item }) => item)
}
