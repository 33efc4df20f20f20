/** The HTTP API of the payments: a merchant asks under an idempotency key, and asks again when no answer came. */

import type { Running, Start } from '#lab/subject'

export interface Api extends Running {
  /** The port it listens on, on 127.0.0.1. */
  port(): number
}

export const start: Start<Api> = async (world) => {
  // TODO consistency-03.4: database "payments", Requests, and a relay (startRelay) for its outbox.
  // TODO consistency-03.4: with express: POST /payments, header Idempotency-Key, body { merchant_id, amount: { minor, currency } }
  //   (moneySchema of #payments/money). Answers 202 { payment_id }, for a key that was here before the same; 400 for what is no
  //   such request or has no key, 422 for a key that stands for another request.
  // TODO consistency-03.4: port 0 picks a free one.
  throw new Error('TODO: serve the API')
}
