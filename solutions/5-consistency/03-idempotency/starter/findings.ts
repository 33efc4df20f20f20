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
export function causeOf(delivery: Delivery, before: readonly Delivery[]): Cause {
  // TODO consistency-03.1: what tells the four apart? The id is the same in each case.
  throw new Error('TODO: why did this message come?')
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
export function extras(books: Books): readonly Extra[] {
  // TODO consistency-03.2: which charges have taken money? And does whoever was charged twice have two entries?
  throw new Error('TODO: name what is too much')
}
