// mistake: keys by the time, so that later events come later
// refused by: mq-06.6
// says: lie in several partitions

/** The key of an event: what must be read in the order in which it was written. */

import type { Envelope } from '#payments/envelope'
import type { WirePayment } from '#payments/events'

/**
 * The payment. Its events tell one story and are nonsense in another order; those of two payments have nothing to do
 * with each other, even of one merchant. And there are enough payments to fill any number of partitions evenly.
 */
export function keyOf(event: Envelope<WirePayment>): string {
  return event.time
}
