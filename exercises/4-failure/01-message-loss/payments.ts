/** The payment service: what it has accepted leaves its database, whoever dies in between. */

import amqp from 'amqplib'
import type { World } from '#lab/subject'
import { type Payment, sealEvent } from '#payments/events'

/** What the rest of the system uses. */
export interface Payments {
  /** Resolves when the payment is accepted: from then on the wallet will hear of it. To accept it again changes nothing. */
  accept(payment: Payment): Promise<void>
  /** Sends no more, and closes. What has not been sent waits for the next start. */
  stop(): Promise<void>
}

export async function start(world: World): Promise<Payments> {
  // TODO failure-01.3: in the database "payments", beside the table payment (as naive.ts makes it), an outbox of your own.
  // TODO failure-01.3: a relay sends what waits there to the exchange "payments" with the key "payment.requested", under the id of
  //   its event, and marks it when it is sure that a queue has it. Returned, refused, no confirm: it is sent again.
  // TODO failure-01.4: whatever dies and is started again, no accepted payment is forgotten, and none is told that was not accepted.

  return {
    async accept(payment) {
      throw new Error('TODO: save the payment and what the wallet has to be told')
    },
    async stop() {},
  }
}
