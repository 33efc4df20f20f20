/** A batch to test with: good payments, and among them messages that fail in different ways. The same seed makes the same batch. */

import type { IdSource } from '#payments/ids'

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

/** Makes `size` messages (6 or more), half of them good. Ids, amounts and order come from `source`, and from nothing else. */
export function makeBatch(source: IdSource, size: number): readonly BatchMessage[] {
  // TODO failure-08.1: newId(source) of #payments/ids makes an id, sealEvent('PaymentRequested', payment, source) of #payments/events
  //   an event, source.random.next() a number from 0 to 1.
  // TODO failure-08.1: all three ways to fail, spread among the good ones.
  throw new Error('TODO: make the batch')
}
