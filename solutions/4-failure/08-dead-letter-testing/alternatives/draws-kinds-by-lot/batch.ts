// way: draws the kind of each message by lot, once each kind has had its turn

/** A batch to test with: good payments, and among them messages that fail in different ways. The same seed makes the same batch. */

import { type Payment, sealEvent } from '#payments/events'
import type { IdSource } from '#payments/ids'
import { newId } from '#payments/ids'
import { money } from '#payments/money'

/** Payments of this merchant fail: the account is frozen. Everybody else's succeed. */
export const frozenMerchant = 'frozen-corner'

export interface BatchMessage {
  /** The message id. */
  readonly id: string
  readonly body: string
  /**
   * How it fails; undefined for a good one.
   * - `unreadable`: its body is no JSON
   * - `invalid`: its body is JSON, and no event that a consumer of ours takes
   * - `frozen`: a payment whose merchant's account is frozen
   */
  readonly fails?: 'unreadable' | 'invalid' | 'frozen'
}

const kinds = [undefined, 'unreadable', undefined, 'invalid', undefined, 'frozen'] as const

/** Makes `size` messages (6 or more), half of them good. Ids, amounts and order come from `source`, and from nothing else. */
export function makeBatch(source: IdSource, size: number): readonly BatchMessage[] {
  const inTurn = Array.from({ length: size }, (_, at) =>
    makeMessage(source, kinds[at < kinds.length ? at : Math.floor(source.random.next() * kinds.length)]),
  )
  return shuffled(inTurn, source)
}

function makeMessage(source: IdSource, fails: (typeof kinds)[number]): BatchMessage {
  const upTo = (max: number) => 1 + Math.floor(source.random.next() * max)
  const payment: Payment = {
    payment_id: newId(source),
    merchant_id: fails === 'frozen' ? frozenMerchant : `shop-${upTo(9)}`,
    amount: money(BigInt(upTo(500) * 1000), 'VND'),
  }
  const event = sealEvent('PaymentRequested', payment, source)
  const whole = JSON.stringify(event)
  if (fails === 'unreadable') return { id: event.id, body: whole.slice(0, -1), fails }
  if (fails === 'invalid') {
    const data = { ...event.data, amount: { minor: -1, currency: 'VND' } }
    return { id: event.id, body: JSON.stringify({ ...event, data }), fails }
  }
  return fails === undefined ? { id: event.id, body: whole } : { id: event.id, body: whole, fails }
}

/** Fisher and Yates: each order is as likely as any other. Sorting by a random number would favour some. */
function shuffled<Item>(items: readonly Item[], { random }: IdSource): readonly Item[] {
  const result = [...items]
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1))
    const [a, b] = [result[last], result[other]] as [Item, Item]
    result[last] = b
    result[other] = a
  }
  return result
}
