// mistake: keeps the consumer's name beside the id, and makes the id alone the key
// refused by: failure-02.3
// says: what it has to do is never done
/** The inbox: which messages this consumer has processed, kept together with what they did. */
import { createHash } from 'node:crypto'
import type { Database, Statement } from 'better-sqlite3'

const schema = `
CREATE TABLE IF NOT EXISTS inbox (
  consumer     TEXT NOT NULL,
  message_id   TEXT NOT NULL,
  payload_hash TEXT NOT NULL,
  processed_at INTEGER NOT NULL,
  PRIMARY KEY (message_id)
) STRICT`

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
  readonly #database: Database
  readonly #consumer: string
  readonly #now: () => number
  readonly #insert: Statement
  readonly #find: Statement

  /** `consumer` names the service: two services that share a database have both a right to a message. */
  constructor(database: Database, consumer: string, clock: { now(): number }) {
    database.exec(schema)
    this.#database = database
    this.#consumer = consumer
    this.#now = () => clock.now()
    // The key decides, not a look at the table before: between a look and an insert there is room for another process.
    this.#insert = database.prepare(
      'INSERT INTO inbox VALUES (?, ?, ?, ?) ON CONFLICT (message_id) DO NOTHING',
    )
    this.#find = database.prepare('SELECT payload_hash FROM inbox WHERE message_id = ?')
  }

  /**
   * Does `effect` unless this message was processed before, and remembers the message, in one transaction. `effect` is
   * synchronous and touches only this database; if it throws, the message counts as never seen.
   * @throws InboxConflict when another payload was processed under this id
   */
  process(message: Received, effect: () => void): 'applied' | 'duplicate' {
    const hash = createHash('sha256').update(message.content).digest('hex')
    // IMMEDIATE: the second of two processes waits here, and finds the first one's row. A deferred transaction would begin with
    // a read, and could not be continued once the other has written.
    return this.#database
      .transaction(() => {
        const isNew = this.#insert.run(this.#consumer, message.id, hash, this.#now()).changes === 1
        if (isNew) {
          effect()
          return 'applied'
        }
        const seen = this.#find.get(message.id) as { payload_hash: string }
        if (seen.payload_hash !== hash)
          throw new InboxConflict(`${message.id} came with another payload before`)
        return 'duplicate'
      })
      .immediate()
  }
}
