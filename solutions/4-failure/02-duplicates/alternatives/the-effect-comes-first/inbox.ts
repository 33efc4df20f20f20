// way: does the effect first, and rolls it back when the mark turns out to be there

/** The inbox: which messages this consumer has processed, kept together with what they did. */
import { createHash } from 'node:crypto'
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

class AlreadySeen extends Error {
  readonly isSame: boolean
  constructor(isSame: boolean) {
    super('seen')
    this.isSame = isSame
  }
}

export class Inbox {
  readonly #database: Database
  readonly #consumer: string
  readonly #clock: { now(): number }

  /** `consumer` names the service: two services that share a database have both a right to a message. */
  constructor(database: Database, consumer: string, clock: { now(): number }) {
    database.exec(`CREATE TABLE IF NOT EXISTS seen (consumer TEXT, id TEXT, digest TEXT, at INTEGER,
      PRIMARY KEY (consumer, id)) STRICT`)
    this.#database = database
    this.#consumer = consumer
    this.#clock = clock
  }

  /**
   * Does `effect` unless this message was processed before, and remembers the message, in one transaction. `effect` is
   * synchronous and touches only this database; if it throws, the message counts as never seen.
   * @throws InboxConflict when another payload was processed under this id
   */
  process({ id, content }: Received, effect: () => void): 'applied' | 'duplicate' {
    const digest = createHash('sha256').update(content).digest('hex')
    try {
      return this.#database
        .transaction(() => {
          effect()
          const { changes } = this.#database
            .prepare('INSERT INTO seen VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
            .run(this.#consumer, id, digest, this.#clock.now())
          if (changes === 1) return 'applied' as const
          const row = this.#database
            .prepare('SELECT digest FROM seen WHERE consumer = ? AND id = ?')
            .get(this.#consumer, id) as { digest: string }
          throw new AlreadySeen(row.digest === digest)
        })
        .immediate()
    } catch (error) {
      if (!(error instanceof AlreadySeen)) throw error
      if (error.isSame) return 'duplicate'
      throw new InboxConflict(`${id} was processed with another payload`)
    }
  }
}
