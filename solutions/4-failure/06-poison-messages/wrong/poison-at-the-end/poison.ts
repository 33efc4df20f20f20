// mistake: puts the poison behind the good ones
// refused by: failure-06.1
// says: put it among the good ones

/** The failure, made on purpose: a batch of payments with one message among them that nobody will ever be able to process. */

import amqp from 'amqplib'
import type { World } from '#lab/subject'
import type { Payment } from '#payments/events'
import { sealEvent } from '#payments/events'
import { newId } from '#payments/ids'

/**
 * Publishes a PaymentRequested for each payment to the exchange "payments", and one poison message with the same routing key
 * somewhere between them. Resolves, with the poison's message id, when all of them are in a queue.
 */
export async function publishBatch(world: World, payments: readonly Payment[]): Promise<string> {
  const poisonId = newId(world)
  const good = payments.map((payment) => {
    const event = sealEvent('PaymentRequested', payment, world)
    return { id: event.id, body: JSON.stringify(event) }
  })
  const middle = good.length
  // Half an event. That is what makes it poison: no retry, no restart and no later hour adds the other half.
  const poison = { id: poisonId, body: (good[0]?.body ?? '{"').slice(0, -1) }
  const connection = await amqp.connect(world.amqpUrl, {
    noDelay: true,
    clientProperties: { connection_name: 'payments-batch' },
  })
  const channel = await connection.createConfirmChannel()
  for (const { id, body } of good.toSpliced(middle, 0, poison)) {
    channel.publish(world.name('payments'), 'payment.requested', Buffer.from(body), {
      messageId: id,
      contentType: 'application/json',
      persistent: true,
      mandatory: true,
    })
  }
  await channel.waitForConfirms()
  await connection.close()
  return poisonId
}
