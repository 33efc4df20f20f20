/** The failure, made on purpose: events that arrive in another order than the one they happened in, the same each time. */

import type { Random } from '#lab/subject'

/**
 * The same items in another order. None of them is further from its place than `distance`; with 0 all stay. The same random numbers
 * give the same order.
 */
export function shuffled<Item>(items: readonly Item[], distance: number, random: Random): readonly Item[] {
  // TODO failure-05.1: real messages get out of order because each is late by some time. random.next() is from 0 to 1.
  throw new Error('TODO: another order, within the distance')
}
