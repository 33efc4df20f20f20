/** The check against sanctions lists, which takes its time. Leave it as it is. */
import { setTimeout as later } from 'node:timers/promises'
import type { World } from '#lab/subject'
import type { Payment } from '#payments/events'

/** How long the service behind it takes to answer. */
const answerMs = 20

const schema = 'CREATE TABLE IF NOT EXISTS payment (payment_id TEXT NOT NULL, at INTEGER NOT NULL) STRICT'

export class Screening {
  readonly #begin: (paymentId: string) => void
  readonly #end: (paymentId: string) => void

  constructor(world: World) {
    const [begin, end] = ['screening', 'clearance'].map((name) => {
      const database = world.openDatabase(name)
      database.exec(schema)
      const insert = database.prepare('INSERT INTO payment VALUES (?, ?)')
      return (paymentId: string) => void insert.run(paymentId, world.clock.now())
    }) as [(paymentId: string) => void, (paymentId: string) => void]
    this.#begin = begin
    this.#end = end
  }

  /** Resolves when the payment may be booked. Beginning and end are written down, each in a database of its own. */
  async clear({ payment_id }: Payment): Promise<void> {
    this.#begin(payment_id)
    await later(answerMs)
    this.#end(payment_id)
  }
}
