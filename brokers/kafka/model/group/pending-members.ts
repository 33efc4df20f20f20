/** Member ids that were given out and have not joined yet (KIP-394): a rebalance waits for them, their session at most. */
import type { Clock, Timer } from '../../../clock.ts'

export class PendingMembers {
  readonly #timers = new Map<string, Timer>()
  readonly #clock: Clock
  readonly #onLapsed: () => void

  constructor(clock: Clock, onLapsed: () => void) {
    this.#clock = clock
    this.#onLapsed = onLapsed
  }

  get size(): number {
    return this.#timers.size
  }

  has(id: string): boolean {
    return this.#timers.has(id)
  }

  add(id: string, sessionTimeoutMs: number): void {
    const lapse = () => {
      this.#timers.delete(id)
      this.#onLapsed()
    }
    this.#timers.set(id, this.#clock.at(this.#clock.now() + sessionTimeoutMs, lapse))
  }

  delete(id: string): void {
    this.#timers.get(id)?.cancel()
    this.#timers.delete(id)
  }

  close(): void {
    for (const id of this.#timers.keys()) this.delete(id)
  }
}
