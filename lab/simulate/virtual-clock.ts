/**
 * A clock that stands still until everybody sleeps, and then jumps to whoever wakes first: an hour of waiting costs nothing, and the
 * same run always takes the same time. What it shows is a simulation, and every figure from it says so.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../subject/world.ts'

interface Sleeper {
  readonly wakesAt: number
  readonly wake: () => void
}

/** So many turns of the event loop without anybody who sleeps: whoever is waited for waits for something else than this clock. */
const idleTurnsMax = 100_000
/** Whoever still sleeps then sleeps for ever. */
const stepsMax = 1_000_000

/** The work does not end, and time can't pass: it waits for something else than this clock. */
export class ClockStandsStill extends Error {
  override readonly name = 'ClockStandsStill'
}

export class VirtualClock implements Clock {
  #now: number
  #sleepers: Sleeper[] = []
  /** How long everybody asked to sleep, in the order in which they asked. */
  readonly slept: number[] = []

  constructor(startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // What a real timer makes of such a number (1 ms) is nothing that anybody means.
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY)) {
      return Promise.reject(new RangeError(`cannot sleep ${ms} ms`))
    }
    if (signal?.aborted) return Promise.reject(signal.reason)
    this.slept.push(ms)
    return new Promise((resolve, reject) => {
      const sleeper: Sleeper = { wakesAt: this.#now + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener(
        'abort',
        () => {
          this.#sleepers = this.#sleepers.filter((each) => each !== sleeper)
          reject(signal.reason)
        },
        { once: true },
      )
    })
  }

  /** Lets so much time pass, and wakes on the way whoever is due. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms
    for (;;) {
      await turn()
      const next = this.#firstWake()
      if (next > until) break
      this.#wakeAt(next)
    }
    this.#now = until
  }

  /** Lets time pass until the work is done; whoever never sleeps and never ends keeps it waiting. @throws ClockStandsStill when nobody sleeps and it does not end */
  async until<Result>(work: Promise<Result>): Promise<Result> {
    let isOver = false
    const ended = work.finally(() => {
      isOver = true
    })
    ended.catch(() => {})
    let idleTurns = 0
    for (let step = 0; step < stepsMax; step += 1) {
      // Whoever was woken goes on, and sleeps again or ends.
      await turn()
      if (isOver) return await ended
      const next = this.#firstWake()
      if (next < Number.POSITIVE_INFINITY) {
        this.#wakeAt(next)
        idleTurns = 0
      } else if (++idleTurns > idleTurnsMax) break
    }
    throw new ClockStandsStill('the simulation did not come to an end')
  }

  #firstWake(): number {
    return this.#sleepers.reduce((first, { wakesAt }) => Math.min(first, wakesAt), Number.POSITIVE_INFINITY)
  }

  #wakeAt(moment: number): void {
    this.#now = Math.max(this.#now, moment)
    const due = this.#sleepers.filter(({ wakesAt }) => wakesAt <= moment)
    this.#sleepers = this.#sleepers.filter(({ wakesAt }) => wakesAt > moment)
    for (const { wake } of due) wake()
  }
}
