/**
 * The inbox: which messages a consumer has processed, kept in the same transaction as what they did. A broker delivers at least
 * once; this makes the effect happen once (the "idempotent consumer" pattern).
 */
import { createHash } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'

const schema = `
CREATE TABLE IF NOT EXISTS inbox (
  consumer     TEXT NOT NULL,
  message_id   TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  processed_at INTEGER NOT NULL,
  PRIMARY KEY (consumer, message_id)
) STRICT`

/** A message as its consumer received it. */
export interface Received {
  /** The producer's: the same on every delivery and every resend. */
  readonly id: string
  readonly content: Uint8Array | string
}

/** Two messages under one id: a defect of a producer. Neither is a duplicate of the other; put it aside and look. */
export class InboxConflict extends Error {
  override readonly name = 'InboxConflict'
}

export class Inbox {
  readonly #database: Database
  readonly #consumer: string
  readonly #now: () => number
  readonly #insert: Statement
  readonly #find: Statement

  /**
   * Makes the table when it is missing. `consumer` names the service: two services that share a database have both a right to
   * a message.
   */
  constructor(database: Database, consumer: string, clock: { now(): number }) {
    database.exec(schema)
    this.#database = database
    this.#consumer = consumer
    this.#now = () => clock.now()
    this.#insert = database.prepare(
      'INSERT INTO inbox VALUES (?, ?, ?, ?) ON CONFLICT (consumer, message_id) DO NOTHING',
    )
    this.#find = database.prepare('SELECT payload_hash FROM inbox WHERE consumer = ? AND message_id = ?')
  }

  /**
   * Does `effect` unless this message was processed before, and remembers the message, in one transaction: a crash leaves both
   * or neither. `effect` must be synchronous and touch only this database; if it throws, the message counts as never seen.
   * @throws InboxConflict when another payload was processed under this id
   */
  process(message: Received, effect: () => void): 'applied' | 'duplicate' {
    // IMMEDIATE: the second of two processes waits here, and then finds the first one's row.
    return this.#database
      .transaction(() => {
        const hash = hashOf(message.content)
        const isNew = this.#insert.run(this.#consumer, message.id, hash, this.#now()).changes === 1
        if (isNew) {
          refusePromise(effect())
          return 'applied'
        }
        const seen = this.#find.get(this.#consumer, message.id) as { payload_hash: string }
        if (seen.payload_hash !== hash) {
          throw new InboxConflict(
            `message ${message.id} came with another payload than the one ${this.#consumer} processed: its producer used one id for two messages`,
          )
        }
        return 'duplicate'
      })
      .immediate()
  }
}

function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** An async effect would run on after the commit, outside of the transaction. */
function refusePromise(result: unknown): void {
  if (result instanceof Promise) {
    result.catch(() => {})
    throw new TypeError(
      'the effect is async, so it would not be part of the transaction: make it synchronous, or write an outbox row instead of calling out',
    )
  }
}
