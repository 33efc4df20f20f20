/** What the duplicates have done: which messages came more than once, which were booked more than once, and what that comes to. */
import type { Currency } from '#payments/money'

/** What is known when everything is quiet again. */
export interface Aftermath {
  /** What reached the consumer, in order. `redelivered` is the broker's mark. */
  readonly deliveries: readonly { readonly message_id: string; readonly redelivered: boolean }[]
  /** The books, in order. */
  readonly entries: readonly {
    readonly message_id: string
    readonly merchant_id: string
    readonly currency: Currency
    /** In the currency's smallest unit. */
    readonly amount_minor: bigint
  }[]
}

export interface Doubled {
  /** Ids of messages that reached the consumer more than once, each once. */
  readonly delivered: readonly string[]
  /** Ids of messages with more than one entry, each once. */
  readonly booked: readonly string[]
  /** How much too much the books say, by currency; a currency without any is left out. */
  readonly excess: Readonly<Partial<Record<Currency, bigint>>>
}

export function findDoubled(aftermath: Aftermath): Doubled {
  // TODO failure-02.2: what makes two deliveries, or two entries, the same payment? And what does not?
  throw new Error('TODO: name what came twice and what was booked twice')
}
