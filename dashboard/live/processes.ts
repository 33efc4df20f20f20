/** The processes of a live run that can be killed or frozen one by one, as the run tells them. */
import type { RunEvent } from '#lab/verdict/events'

export interface Process {
  readonly pid: number
  /** What the run calls it, with a number where several have that name: `consumer`, `consumer 2`. */
  readonly name: string
  readonly lane: string
  readonly isFrozen: boolean
}

export class Processes {
  #running: Process[] = []
  /** How often a name has been started: a number is given once, so that the second one stays the second. */
  readonly #started = new Map<string, number>()

  /** Those that run, the oldest first. */
  get running(): readonly Process[] {
    return this.#running
  }

  hear(event: RunEvent): void {
    // The next act begins in a lab of its own.
    if (event.kind === 'run' || event.kind === 'end') {
      this.#running = []
      this.#started.clear()
    }
    if (event.kind !== 'subject' || event.pid === undefined) return
    const { pid, name, lane, state } = event
    const others = this.#running.filter((each) => each.pid !== pid)
    const known = this.#running.find((each) => each.pid === pid)
    if (state === 'started') {
      const nth = (this.#started.get(name) ?? 0) + 1
      this.#started.set(name, nth)
      this.#running = [...others, { pid, name: nth === 1 ? name : `${name} ${nth}`, lane, isFrozen: false }]
    } else if (state === 'killed' || state === 'exited') this.#running = others
    else if (known !== undefined) {
      const isFrozen = state === 'frozen'
      this.#running = this.#running.map((each) => (each === known ? { ...known, isFrozen } : each))
    }
  }
}
