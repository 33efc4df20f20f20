/** The failure, made on purpose: a batch of payments with one message among them that nobody will ever be able to process. */

import type { World } from '#lab/subject'
import type { Payment } from '#payments/events'

/**
 * Publishes a PaymentRequested for each payment to the exchange "payments", and one poison message with the same routing key
 * somewhere between them. Resolves, with the poison's message id, when all of them are in a queue.
 */
export async function publishBatch(world: World, payments: readonly Payment[]): Promise<string> {
  // TODO failure-06.1: sealEvent('PaymentRequested', payment, world) of #payments/events makes the event of a payment; its id is
  //   the message id, its JSON the body, 'payment.requested' the routing key.
  // TODO failure-06.1: what could be wrong with a message, so that no retry will ever help?
  throw new Error('TODO: publish the payments, and a poison message among them')
}
