/** A service of the system as its operator sees it: a process that is started again whenever it has ended. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Actor } from '#lab/actors'
import type { Lab } from '#lab/kit'
import type { Lane } from '#lab/verdict'

/**
 * The pauses before a start that failed is tried again: what it needs may come back later than itself. They grow, since each start
 * takes from the computer what a broker needs that is just starting.
 */
const startAgainMs = { first: 200, max: 4_000 } as const

export class Service {
  readonly name: string
  readonly lane: Lane
  /** How often it was started. */
  starts = 0
  /** Why its last start failed; nothing when it runs. */
  trouble: string | undefined
  isFrozen = false
  readonly #lab: Lab
  #actor: Actor | undefined
  readonly #stopping = new AbortController()
  #running: Promise<void>

  private constructor(lab: Lab, name: string, lane: Lane) {
    this.#lab = lab
    this.name = name
    this.lane = lane
    this.#running = Promise.resolve()
  }

  /** Resolves when its first process has started. @throws when that fails: then something is wrong with the set-up */
  static async start(lab: Lab, name: string, lane: Lane): Promise<Service> {
    const service = new Service(lab, name, lane)
    await service.#startOnce()
    service.#running = service.#keepRunning()
    return service
  }

  get isRunning(): boolean {
    return this.#actor?.state === 'running' && this.trouble === undefined
  }

  /** Calls a method of what its `start(world)` answered. @throws when it is not running */
  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    if (this.#actor === undefined) return Promise.reject(new Error(`${this.name} is not running`))
    return this.#actor.call(method, ...args)
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    if (this.#actor !== undefined) await this.#lab.killSubject(this.#actor)
  }

  /** SIGSTOP, and SIGCONT after so many milliseconds. */
  async freeze(ms: number): Promise<void> {
    const actor = this.#actor
    if (actor?.state !== 'running') return
    this.#lab.freezeSubject(actor)
    this.isFrozen = true
    await sleep(ms)
    this.isFrozen = false
    this.#lab.thawSubject(actor)
  }

  /** Lets it end its work, and starts it no more. One that does not come to an end is killed. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#actor?.stop().catch(() => {})
    await this.#running
  }

  async #startOnce(): Promise<void> {
    this.#actor = await this.#lab.start(`${this.name}.ts`, this.lane)
    this.starts += 1
    this.trouble = undefined
  }

  async #keepRunning(): Promise<void> {
    let pauseMs: number = startAgainMs.first
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#actor?.ended
      if (signal.aborted) return
      this.trouble = 'starting again'
      // A Kafka keeps a dead member's partitions for its session timeout, unless it can be told that the member is gone. No
      // operator waits for that time before a service is started again.
      if (this.#lab.run.engine === 'embedded' && this.#lab.kafka.isUp)
        await this.#lab.kafka.expireSessions().catch(() => 0)
      try {
        await this.#startOnce()
        pauseMs = startAgainMs.first
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error)
        await sleep(pauseMs, undefined, { signal }).catch(() => {})
        pauseMs = Math.min(2 * pauseMs, startAgainMs.max)
      }
    }
  }
}
