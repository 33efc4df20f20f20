/** The inbox: which messages this consumer has processed, kept together with what they did. */
import type { Database } from 'better-sqlite3'

/** A message as it was received. */
export interface Received {
  /** The producer's: the same on every delivery and every resend. */
  readonly id: string
  readonly content: Buffer
}

/** Two messages under one id. Neither is a duplicate of the other: a producer has made a mistake, and a person has to look. */
export class InboxConflict extends Error {
  override readonly name = 'InboxConflict'
}

export class Inbox {
  /** `consumer` names the service: two services that share a database have both a right to a message. */
  constructor(database: Database, consumer: string, clock: { now(): number }) {
    // TODO failure-02.3: a table of your own in this database. Under which key is a message the same message?
    throw new Error('TODO: make a table for what was processed')
  }

  /**
   * Does `effect` unless this message was processed before, and remembers the message, in one transaction. `effect` is
   * synchronous and touches only this database; if it throws, the message counts as never seen.
   * @throws InboxConflict when another payload was processed under this id
   */
  process(message: Received, effect: () => void): 'applied' | 'duplicate' {
    // TODO failure-02.3: the mark and the effect in one transaction.
    // TODO failure-02.4: and what if two processes get here with the same message at the same time?
    throw new Error('TODO: process each message once')
  }
}
