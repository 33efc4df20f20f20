/** A producer that outlives its broker: what is not confirmed is sent again, under its id, on the next connection. */

import type { World } from '#lab/subject'
import type { Envelope } from '#payments/envelope'
import { keepLine } from './line.ts'
import { declareTopology } from './topology.ts'

export interface Producer {
  /** Resolves when the broker has confirmed the event, however long it is away; rejects when it refused it. */
  send(event: Envelope): Promise<void>
  /** Waits for what is unconfirmed, then closes. */
  stop(): Promise<void>
}

export async function start(world: World): Promise<Producer> {
  // TODO failure-04.2: to the exchange "payments" with the key "payment.requested", persistent, under the event's id, on a confirm channel.
  // TODO failure-04.6: what was not confirmed is sent again on the next connection. How much may wait at a time?
  throw new Error('TODO: send, and send again what nobody confirmed')
}
