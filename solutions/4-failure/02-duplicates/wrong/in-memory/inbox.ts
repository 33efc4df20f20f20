// mistake: remembers what it has processed in a Map
// refused by: failure-02.4, failure-02.3
// says: again when it came again

/** The inbox: which messages this consumer has processed. */
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

export class Inbox {
  readonly #seen = new Map<string, string>()

  /** `consumer` names the service: two services that share a database have both a right to a message. */
  // biome-ignore lint/complexity/noUselessConstructor: it is made with three arguments, whatever it does with them
  constructor(_database: Database, _consumer: string, _clock: { now(): number }) {}

  /**
   * Does `effect` unless this message was processed before, and remembers the message, in one transaction. `effect` is
   * synchronous and touches only this database; if it throws, the message counts as never seen.
   * @throws InboxConflict when another payload was processed under this id
   */
  process(message: Received, effect: () => void): 'applied' | 'duplicate' {
    const hash = createHash('sha256').update(message.content).digest('hex')
    const seen = this.#seen.get(message.id)
    if (seen === undefined) {
      effect()
      this.#seen.set(message.id, hash)
      return 'applied'
    }
    if (seen !== hash) throw new InboxConflict(`${message.id} came with another payload before`)
    return 'duplicate'
  }
}
