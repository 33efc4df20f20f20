/** Keeps one subject running: starts it again whenever its process has ended, as an operator would. */
import { type Actor, prepareSpareActors } from '../actors/actor.ts'
import { ActorGone } from '../actors/failures.ts'
import { messageOf, PromiseBroken } from '../kit/failure.ts'
import type { Lab } from '../kit/lab.ts'
import { factMsMax, sleepMs } from '../kit/waiting.ts'
import { text } from '../verdict/language.ts'
import type { Lane } from '../verdict/verdict.ts'
import type { Answer, Supervised } from './exploration.ts'
import { withoutAStart } from './patience.ts'

/** How long a call may go without an answer while no process of the subject is starting: on a busy computer a start takes seconds. */
const callMsMax = 4000
/** How long a stop may take. */
const stopMsMax = 1000
/** How long to wait before a start that failed is tried again: the broker may still be down. */
const startAgainMs = 50

/** A process of the subject that came or went, for the trace. */
export interface LifeEvent {
  readonly atMs: number
  readonly lane: Lane
  readonly what: 'killed' | 'ended' | 'started'
}

export class Supervisor implements Supervised {
  readonly file: string
  readonly lane: Lane
  readonly life: LifeEvent[] = []
  starts = 0
  readonly #lab: Lab
  #actor: Actor | undefined
  #starting: Promise<Actor>
  readonly #hasCrashed: () => boolean
  readonly #untilCalm: () => Promise<void>
  #isOver = false
  #isOnItsWay = false
  #wasKilled = false

  /**
   * `hasCrashed` says whether anything has crashed yet: until then a start that fails has no excuse. `untilCalm` resolves when no
   * crash is under way; left out where whoever crashes something waits for it.
   */
  constructor(options: {
    lab: Lab
    file: string
    lane: Lane
    hasCrashed: () => boolean
    untilCalm?: () => Promise<void>
  }) {
    this.#lab = options.lab
    this.file = options.file
    this.lane = options.lane
    this.#hasCrashed = options.hasCrashed
    this.#untilCalm = options.untilCalm ?? (() => Promise.resolve())
    this.#starting = this.#start()
    // Whoever waits for a process hears of it; until then it is no unhandled rejection.
    this.#starting.catch(() => undefined)
  }

  /** Resolves when the first process has started. */
  async begun(): Promise<void> {
    await this.#starting
  }

  /** Whether its next process has yet to start. */
  get isStarting(): boolean {
    return this.#isOnItsWay
  }

  /** It gets no further until it is killed, where the system can stop a process. */
  pause(): void {
    this.#actor?.pause()
  }

  /** Kills the process that runs now; the next one is started. */
  async kill(): Promise<void> {
    const actor = this.#actor
    if (actor === undefined) return
    this.#wasKilled = true
    await this.#lab.killSubject(actor)
  }

  async call(method: string, ...args: readonly unknown[]): Promise<Answer> {
    const timer = new AbortController()
    const late = withoutAStart(
      this.#lab.allowed(callMsMax),
      { starts: () => this.starts, isStarting: () => this.isStarting },
      timer.signal,
    ).then((): Answer => ({ state: 'pending' }))
    try {
      return await Promise.race([this.#callNow(method, args), late])
    } finally {
      timer.abort()
    }
  }

  async stop(): Promise<void> {
    this.#isOver = true
    const actor = await this.#starting.catch(() => undefined)
    if (actor === undefined) return
    const timer = new AbortController()
    await Promise.race([
      actor.stop().catch(() => undefined),
      sleepMs(this.#lab.allowed(stopMsMax), timer.signal),
    ])
    timer.abort()
    await actor.kill()
    // What it left behind is asked for next, of a broker that may have been killed by its very good-bye.
    await this.#untilCalm()
  }

  async #callNow(method: string, args: readonly unknown[]): Promise<Answer> {
    const actor = await this.#running()
    try {
      return { state: 'ok', value: await actor.call(method, ...args) }
    } catch (error) {
      const reason = messageOf(error)
      if (/^TODO\b/i.test(reason)) throw this.#stillToDo(error, method)
      if (error instanceof ActorGone) return { state: 'unknown', reason }
      return { state: 'fail', reason, error: error instanceof Error ? error.name : '' }
    }
  }

  #stillToDo(error: unknown, method: string): Error {
    const doing = text(`${method}() in ${this.file}`, `${method}() trong ${this.file}`)
    return this.#lab.subject.brokenBy(error, { file: this.file, doing })
  }

  /** The process that runs: one that is just dying is waited for, and so is its successor. */
  async #running(): Promise<Actor> {
    for (;;) {
      const actor = await this.#starting
      if (actor.state === 'running' || this.#isOver) return actor
      await actor.ended
    }
  }

  /** Until it works, once something has crashed: what it needs may come back later than itself. */
  async #start(): Promise<Actor> {
    const deadline = performance.now() + this.#lab.allowed(factMsMax)
    this.#isOnItsWay = true
    try {
      for (;;) {
        try {
          return await this.#startOnce()
        } catch (error) {
          if (!this.#hasCrashed()) throw error
          if (performance.now() > deadline) throw this.#neverCameBack(error)
          if (!this.#tellEnd()) await sleepMs(startAgainMs)
          await this.#forgotten()
        }
      }
    } finally {
      this.#isOnItsWay = false
    }
  }

  async #startOnce(): Promise<Actor> {
    this.#actor = undefined
    const actor = await this.#lab.start(this.file, this.lane, (spawned) => {
      this.#actor = spawned
    })
    this.starts += 1
    // The next process boots while this one lives.
    prepareSpareActors({ file: this.#lab.subject.path(this.file) })
    if (this.life.length > 0) this.#tell('started')
    void actor.ended.then(() => this.#afterEnd())
    return actor
  }

  #afterEnd(): void {
    if (this.#isOver) return
    this.#tellEnd()
    this.#starting = this.#forgotten().then(() => this.#start())
    this.#starting.catch(() => undefined)
  }

  /** A Kafka keeps a dead member's partitions for its whole session timeout, which passes at once on the embedded one. */
  async #forgotten(): Promise<void> {
    if (this.#lab.hasKafka) await this.#lab.kafka.expireSessions().catch(() => undefined)
  }

  /** Says how it ended, and answers whether we did it. */
  #tellEnd(): boolean {
    const wasKilled = this.#wasKilled
    this.#wasKilled = false
    this.#tell(wasKilled ? 'killed' : 'ended')
    return wasKilled
  }

  #neverCameBack(error: unknown): Error {
    if (!(error instanceof PromiseBroken)) return error instanceof Error ? error : new Error(String(error))
    const { en, vi } = error.breach.said
    return new PromiseBroken({
      said: text(
        `after the crash it never started again: ${en}`,
        `sau sự cố nó không khởi động lại được: ${vi}`,
      ),
      places: error.breach.places,
    })
  }

  #tell(what: LifeEvent['what']): void {
    this.life.push({ atMs: this.#lab.run.now(), lane: this.lane, what })
  }
}
