/**
 * The outbox: messages written in the same transaction as the state they tell of, sent later by a relay. "Saved but never told"
 * and "told but never saved" can't happen; "told twice" can, and the inbox on the other side is for that.
 */
import type { Database, Statement } from 'better-sqlite3'
import type { Envelope } from './envelope.ts'

// AUTOINCREMENT: a position is never given twice, not even after the last row was deleted.
const schema = `
CREATE TABLE IF NOT EXISTS outbox (
  position          INTEGER PRIMARY KEY AUTOINCREMENT,
  id                TEXT NOT NULL UNIQUE,
  aggregate_id      TEXT NOT NULL,
  aggregate_version INTEGER NOT NULL,
  type              TEXT NOT NULL,
  payload           TEXT NOT NULL,
  created_at        INTEGER NOT NULL,
  sent_at           INTEGER,
  attempts          INTEGER NOT NULL DEFAULT 0,
  UNIQUE (aggregate_id, aggregate_version)
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_unsent ON outbox (position, type) WHERE sent_at IS NULL;
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (aggregate_id) WHERE sent_at IS NULL`

/** A message that waits to be sent. */
export interface OutboxMessage {
  /** The order in which messages were written. */
  readonly position: number
  /** What the message tells of, such as the payment's id: the key that keeps its messages in order. */
  readonly aggregateId: string
  readonly attempts: number
  readonly envelope: Envelope
}

/** Sends one message and resolves when the broker has confirmed it. Rejects when that is not known. */
export type Publish = (message: OutboxMessage) => Promise<void>

interface Row {
  position: number
  aggregate_id: string
  attempts: number
  payload: string
}

export class Outbox {
  readonly #now: () => number
  readonly #insert: Statement
  readonly #unsent: Statement
  readonly #sent: Statement
  readonly #failed: Statement
  readonly #count: Statement
  readonly #waiting: Statement
  readonly #types: Statement
  readonly #at: Statement

  /** Makes the table when it is missing. */
  constructor(database: Database, clock: { now(): number }) {
    database.exec(schema)
    this.#now = () => clock.now()
    this.#insert = database.prepare(
      `INSERT INTO outbox (id, aggregate_id, aggregate_version, type, payload, created_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    this.#unsent = database.prepare(
      'SELECT position, aggregate_id, attempts, payload FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT ?',
    )
    this.#sent = database.prepare('UPDATE outbox SET sent_at = ? WHERE position = ?')
    this.#failed = database.prepare('UPDATE outbox SET attempts = attempts + 1 WHERE position = ?')
    this.#count = database.prepare('SELECT count(*) AS count FROM outbox WHERE sent_at IS NULL')
    this.#types = database.prepare(
      'SELECT position, type FROM outbox WHERE sent_at IS NULL ORDER BY position',
    )
    this.#at = database.prepare(
      'SELECT position, aggregate_id, attempts, payload FROM outbox WHERE position = ?',
    )
    this.#waiting = database.prepare(
      'SELECT 1 FROM outbox WHERE aggregate_id = ? AND sent_at IS NULL LIMIT 1',
    )
  }

  /**
   * Adds a message. Call it inside the transaction that changes the state.
   * @throws SqliteError when the id, or this version of the aggregate, is there already
   */
  add(aggregate: { readonly id: string; readonly version: number }, envelope: Envelope): void {
    const { id, type } = envelope
    this.#insert.run(id, aggregate.id, aggregate.version, type, JSON.stringify(envelope), this.#now())
  }

  /** How many messages wait. */
  get unsentCount(): number {
    return (this.#count.get() as { count: number }).count
  }

  /** Whether a message that tells of this aggregate waits. */
  isWaiting(aggregateId: string): boolean {
    return this.#waiting.get(aggregateId) !== undefined
  }

  /** The first `limit` messages that were not sent, in the order in which they were written. */
  unsent(limit: number): readonly OutboxMessage[] {
    return (this.#unsent.all(limit) as Row[]).map(messageOf)
  }

  /**
   * Sends what waits, one after the other, and marks each as sent once `publish` has resolved: a crash in between sends it
   * again, under the same id. Stops at the first that fails, since those behind it may tell of the same aggregate.
   * Gives how many were sent. Relays that share an outbox send what is theirs each, by its type: a carrier that is down holds up
   * only what it carries.
   * @throws what `publish` rejected with
   */
  async relay(
    publish: Publish,
    signal?: AbortSignal,
    isMine: (type: string) => boolean = () => true,
  ): Promise<number> {
    let count = 0
    for (;;) {
      const message = this.#first(isMine)
      if (message === undefined || signal?.aborted === true) return count
      try {
        await publish(message)
      } catch (error) {
        this.#failed.run(message.position)
        throw error
      }
      this.#sent.run(this.#now(), message.position)
      count += 1
    }
  }

  #first(isMine: (type: string) => boolean): OutboxMessage | undefined {
    for (const { position, type } of this.#types.iterate() as Iterable<{ position: number; type: string }>)
      if (isMine(type)) return messageOf(this.#at.get(position) as Row)
    return undefined
  }
}

const messageOf = (row: Row): OutboxMessage => ({
  position: row.position,
  aggregateId: row.aggregate_id,
  attempts: row.attempts,
  envelope: JSON.parse(row.payload) as Envelope,
})
