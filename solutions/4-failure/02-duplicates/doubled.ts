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

export function findDoubled({ deliveries, entries }: Aftermath): Doubled {
  // By the message's id. Merchant and amount may be the same in two honest payments, and `redelivered` marks only those copies
  // that the broker knows about: a second copy from the producer is a new message to it.
  const excess: Partial<Record<Currency, bigint>> = {}
  const seen = new Set<string>()
  for (const { message_id, currency, amount_minor } of entries) {
    if (seen.has(message_id)) excess[currency] = (excess[currency] ?? 0n) + amount_minor
    seen.add(message_id)
  }
  return {
    delivered: repeated(deliveries.map(({ message_id }) => message_id)),
    booked: repeated(entries.map(({ message_id }) => message_id)),
    excess,
  }
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))]
}
