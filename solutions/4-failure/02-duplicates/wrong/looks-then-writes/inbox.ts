// mistake: looks whether the message is known, and writes without asking again
// refused by: failure-02.4
// says: two consumers had a copy each

/** The inbox: which messages this consumer has processed, kept together with what they did. */
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
      'INSERT INTO inbox VALUES (?, ?, ?, ?) ON CONFLICT (consumer, message_id) DO NOTHING',
    )
    this.#find = database.prepare('SELECT payload_hash FROM inbox WHERE consumer = ? AND message_id = ?')
  }

  /**
   * Does `effect` unless this message was processed before, and remembers the message, in one transaction. `effect` is
   * synchronous and touches only this database; if it throws, the message counts as never seen.
   * @throws InboxConflict when another payload was processed under this id
   */
  process(message: Received, effect: () => void): 'applied' | 'duplicate' {
    const hash = createHash('sha256').update(message.content).digest('hex')
    const seen = this.#find.get(this.#consumer, message.id) as { payload_hash: string } | undefined
    if (seen !== undefined) {
      if (seen.payload_hash !== hash)
        throw new InboxConflict(`${message.id} came with another payload before`)
      return 'duplicate'
    }
    return this.#database
      .transaction((): 'applied' => {
        this.#insert.run(this.#consumer, message.id, hash, this.#now())
        effect()
        return 'applied'
      })
      .immediate()
  }
}
