/** When the head of a queue expires: nothing is counted, armed or asked while no message has an expiry. */
import type { Clock, Timer } from '../../../clock.ts'
import type { Entry } from './entry.ts'

const NEVER = Number.POSITIVE_INFINITY

export class HeadExpiry {
  readonly #clock: Clock
  readonly #onDue: () => void
  /** Ready messages that have an expiry. */
  #count = 0
  #armed: { readonly atMs: number; readonly timer: Timer } | undefined

  /** `onDue` is called when the head that was last armed expires. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock
    this.#onDue = onDue
  }

  get isNeeded(): boolean {
    return this.#count > 0
  }

  entered(entry: Entry): void {
    if (entry.expiresAtMs !== NEVER) this.#count++
  }

  left(entry: Entry): void {
    if (entry.expiresAtMs !== NEVER) this.#count--
  }

  isOver(entry: Entry): boolean {
    return entry.expiresAtMs <= this.#clock.now()
  }

  arm(head: Entry | undefined): void {
    const atMs = head?.expiresAtMs ?? NEVER
    if ((this.#armed?.atMs ?? NEVER) === atMs) return
    this.cancel()
    if (atMs === NEVER) return
    const timer = this.#clock.at(atMs, () => {
      this.#armed = undefined
      this.#onDue()
    })
    this.#armed = { atMs, timer }
  }

  cancel(): void {
    this.#armed?.timer.cancel()
    this.#armed = undefined
  }
}
