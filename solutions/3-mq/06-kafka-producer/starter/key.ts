/** The key of an event: what must be read in the order in which it was written. */

import type { Envelope } from '#payments/envelope'
import type { WirePayment } from '#payments/events'

/** Events of one key land in one partition and keep their order there. */
export function keyOf(event: Envelope<WirePayment>): string {
  // TODO mq-06.6: whose events must keep their order? And what if one of the keys has most of the events?
  throw new Error('TODO: choose a key')
}
