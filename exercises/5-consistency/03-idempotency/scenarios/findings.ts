/** What the learner finds out about duplicates: findings.ts. */
import type { Books } from './books.ts'

/** What the subject's files export. */
export interface Delivery {
  readonly message_id: string
  readonly redelivered: boolean
  readonly headers: Readonly<Record<string, unknown>>
}

export interface FindingsModule {
  causeOf(delivery: Delivery, before: readonly Delivery[]): unknown
  extras(books: Books): unknown
}

export const findingsFile = 'findings.ts'
export type Cause = 'first' | 'redelivered' | 'resent' | 'sent back'
