/** The check against sanctions lists, whose service is ill at times. Leave it as it is. */
import { setTimeout as later } from 'node:timers/promises'
import type { World } from '#lab/subject'

/** How soon it is asked again. */
const askAgainMs = 5

export class Screening {
  readonly #isIll: () => boolean

  constructor(world: World) {
    const database = world.openDatabase('screening')
    database.exec('CREATE TABLE IF NOT EXISTS illness (since INTEGER NOT NULL) STRICT')
    const find = database.prepare('SELECT 1 FROM illness')
    this.#isIll = () => find.get() !== undefined
  }

  /** Resolves when a payment may be booked: at once, or when the service is well again. */
  async clear(): Promise<void> {
    while (this.#isIll()) await later(askAgainMs)
  }
}
