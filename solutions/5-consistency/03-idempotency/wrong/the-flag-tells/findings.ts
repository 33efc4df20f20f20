// mistake: takes the broker's redelivered flag for the mark of every duplicate
// refused by: consistency-03.1
// says: a delivery came as "resent"

/** What the duplicates have done: why each message came, and what was booked and charged too much. */
import type { Outcome } from './cards.ts'

/** A message as it reached the consumer. */
export interface Delivery {
  readonly message_id: string
  /** The broker's mark: it has handed this very message out before, to somebody who did not acknowledge it. */
  readonly redelivered: boolean
  /** `x-redrives` is set by whoever sends a dead letter back to work, and counts how often that was done. */
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * Why a message came: for the first time, handed out again by the broker, sent again by its producer, or sent back from the dead
 * letters.
 */
export type Cause = 'first' | 'redelivered' | 'resent' | 'sent back'

/** `before`: all deliveries before this one, the oldest first. */
export function causeOf(delivery: Delivery, _before: readonly Delivery[]): Cause {
  // The mark first: it is about this delivery. It may be set on one that I never saw, whose first receiver died.
  if (delivery.redelivered) return 'redelivered'
  if (Number(delivery.headers['x-redrives'] ?? 0) > 0) return 'sent back'
  return 'first'
}

/** The books, and what the card gateway says it has done, in order. */
export interface Books {
  readonly entries: readonly { readonly position: number; readonly payment_id: string }[]
  readonly charges: readonly {
    readonly key: string
    readonly payment_id: string
    readonly outcome: Outcome
  }[]
}

/** What is too much of one payment. */
export interface Extra {
  readonly payment_id: string
  /** Positions of the entries beyond the first. */
  readonly entries: readonly number[]
  /** Keys of the charges by which money was taken once more. */
  readonly charges: readonly string[]
}

/** The payments of which something is too much, and what. */
export function extras({ entries, charges }: Books): readonly Extra[] {
  // Each side by itself: a charge whose answer was lost has no entry, so the books alone look right.
  const taken = charges.filter(({ outcome }) => outcome === 'approved')
  const payments = new Set([...entries, ...taken].map(({ payment_id }) => payment_id))
  return [...payments]
    .map((payment_id) => ({
      payment_id,
      entries: entries
        .filter((entry) => entry.payment_id === payment_id)
        .slice(1)
        .map(({ position }) => position),
      charges: taken
        .filter((charge) => charge.payment_id === payment_id)
        .slice(1)
        .map(({ key }) => key),
    }))
    .filter((extra) => extra.entries.length + extra.charges.length > 0)
}
