/**
 * An actor: a subject that runs in a process of its own, so that it can be killed at any point, and called
 * until then.
 */
import type { ChildProcess } from 'node:child_process'
import { basename } from 'node:path'
import type { Point } from '../faults/points.ts'
import type { Lane } from '../verdict/verdict.ts'
import {
  discardActorProcesses,
  isReady,
  prepareActorProcess,
  takeActorProcess,
  untilGone,
} from './actor-process.ts'
import { hearAnnouncements } from './announcements.ts'
import type { ActorStage } from './failures.ts'
import { ActorFailed, ActorGone, FreezeUnsupported } from './failures.ts'
import { keepLines } from './log-lines.ts'
import type { FromActor, ToActor } from './messages.ts'
import { PendingCalls } from './pending-calls.ts'
import { unpackError } from './remote-error.ts'
import { placeOf } from './source-place.ts'
import type { WorldData } from './world.ts'

export interface ActorOptions {
  /** Absolute path of the subject's file; it is imported as Node itself does. */
  readonly file: string
  /** What the run calls it: `consumer`, `consumer-2`. */
  readonly name: string
  readonly lane: Lane
  readonly world: WorldData
  /** Told of each point that the subject reaches, such as a commit; the subject stands still until it resolves. */
  readonly onPoint?: (point: Point) => Promise<void>
  /** Told as soon as there is a process, long before `start(world)` has resolved: it can be killed from then on. */
  readonly onSpawn?: (actor: Actor) => void
  /** How long the import and `start(world)` may take together. Default 10,000. */
  readonly startTimeoutMs?: number
  /** How long `stop()` may take before the process is killed. Default 12,000: kafkajs waits for a fetch that may take 5 s. */
  readonly stopTimeoutMs?: number
}

/** How an actor's process ended. */
export interface ActorEnd {
  readonly code: number | null
  readonly signal: string | null
  /**
   * What ended it, where the subject did: an uncaught exception, an unhandled rejection, its call of
   * `process.exit`.
   */
  readonly error?: Error
}

export interface Actor extends AsyncDisposable {
  readonly name: string
  readonly lane: Lane
  readonly pid: number
  readonly state: 'running' | 'exited' | 'killed'
  /**
   * Calls a method of what `start(world)` returned. Arguments and result are cloned. Rejects with the
   * subject's own error (name, message, code, stack and data kept) or with `ActorGone`. Not bounded: a
   * subject may never answer.
   */
  call(method: string, ...args: readonly unknown[]): Promise<unknown>
  /**
   * What the process printed, line by line; the oldest are dropped beyond `logLinesMax`. Complete once it has
   * ended.
   */
  readonly log: readonly string[]
  /** Hears every further line. Returns what stops that. */
  onLog(listener: (line: string) => void): () => void
  /** SIGKILL. Resolves when the process is gone, at once when it was. */
  kill(): Promise<void>
  /** Stops the process until it is killed or thawed, where the system can; elsewhere it runs on. */
  pause(): void
  /** Stops the process without ending it. @throws FreezeUnsupported where the system has no SIGSTOP */
  freeze(): void
  /** Lets a frozen process go on. @throws FreezeUnsupported where the system has no SIGCONT */
  thaw(): void
  /**
   * Runs the subject's `stop()`, then ends the process. Rejects with `ActorFailed` (stage `stop`) when the
   * subject's `stop()` rejects, or has not resolved in time and the process was killed. The process is gone
   * either way.
   */
  stop(): Promise<void>
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<ActorEnd>
}

const startTimeoutMsDefault = 10_000
const stopTimeoutMsDefault = 12_000

/** What spare processes are prepared for. */
export interface SpareOptions {
  /**
   * Absolute path of the subject's file; the spares import it, and serve no other. Left out: they have loaded amqplib,
   * zod and better-sqlite3, and serve any subject.
   */
  readonly file?: string
  /** How many wait at a time. Default 1. */
  readonly howMany?: number
}

/**
 * Forks processes in advance; the next actors live in them. Each costs about 60 MB until then, none keeps this process
 * alive, and all end with it. Does nothing while enough are waiting.
 */
export function prepareSpareActors({ file, howMany }: SpareOptions = {}): void {
  prepareActorProcess(file, howMany)
}

/** Ends the spares that no actor took. Safe to call when there are none. */
export function discardSpareActors(): Promise<void> {
  return discardActorProcesses()
}

/**
 * Starts the subject in a process of its own. Resolves when its `start(world)` has resolved.
 *
 * @throws ActorFailed with the stage and the subject's own error; no process is left behind
 */
export async function startActor(options: ActorOptions): Promise<Actor> {
  const actor = new ChildActor(options, takeActorProcess(options.file))
  options.onSpawn?.(actor)
  await actor.started
  return actor
}

class ChildActor implements Actor {
  readonly name: string
  readonly lane: Lane
  readonly log: string[] = []
  readonly started: Promise<void>
  readonly ended: Promise<ActorEnd>
  readonly #child: ChildProcess
  readonly #options: ActorOptions
  readonly #logListeners = new Set<(line: string) => void>()
  readonly #calls = new PendingCalls()
  readonly #start = Promise.withResolvers<void>()
  #end: ActorEnd | undefined
  #lastWords: Error | undefined
  #stopping: Promise<void> | undefined
  #stopError: Error | undefined
  #isStopped = false
  #failure: { stage: ActorStage; error: Error } | undefined
  #startProgress: 'import' | 'start' | 'started' = 'import'

  constructor(options: ActorOptions, child: ChildProcess) {
    this.#options = options
    this.#child = child
    this.name = options.name
    this.lane = options.lane
    const logListener = (line: string): void => {
      for (const listener of this.#logListeners) listener(line)
    }
    const drained = keepLines([child.stdout, child.stderr], this.log, logListener)
    this.ended = this.#untilEnded(drained)
    child.on('message', (message) => this.#receive(message as FromActor))
    hearAnnouncements(child, options.onPoint ?? (() => Promise.resolve()))
    this.started = this.#startOrFail()
    if (isReady(child)) this.#sendStart()
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get state(): 'running' | 'exited' | 'killed' {
    if (this.#child.signalCode !== null) return 'killed'
    return this.#child.exitCode === null && this.#end === undefined ? 'running' : 'exited'
  }

  call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    if (this.state !== 'running') return Promise.reject(this.#gone(method))
    const { call, answer } = this.#calls.add(method)
    try {
      this.#send({ kind: 'call', call, method, args })
    } catch (error) {
      // An argument that cannot be cloned: the caller's mistake, said to the caller.
      this.#calls.refuse(call, error)
    }
    return answer
  }

  onLog(listener: (line: string) => void): () => void {
    this.#logListeners.add(listener)
    return () => void this.#logListeners.delete(listener)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }

  pause(): void {
    if (process.platform !== 'win32') this.freeze()
  }

  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopOrKill()
    return this.#stopping
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (process.platform === 'win32') throw new FreezeUnsupported()
    if (this.state === 'running') this.#child.kill(signal)
  }

  async #stopOrKill(): Promise<void> {
    if (this.state !== 'running') return
    const timeoutMs = this.#options.stopTimeoutMs ?? stopTimeoutMsDefault
    let isKilled = false
    const timer = setTimeout(() => {
      isKilled = true
      this.#child.kill('SIGKILL')
    }, timeoutMs)
    this.#send({ kind: 'stop' })
    await this.ended
    clearTimeout(timer)
    if (isKilled) {
      const error = new Error(
        `stop() of ${this.name} had not resolved after ${timeoutMs} ms; its process was killed`,
      )
      throw this.#failed('stop', error)
    }
    if (this.#stopError !== undefined) throw this.#failed('stop', this.#stopError)
    if (this.#isStopped) return
    const end = await this.ended
    const error =
      end.error ?? new Error(`the process ended (${howEnded(end)}) before its stop() had resolved`)
    throw this.#failed('stop', error)
  }

  async #startOrFail(): Promise<void> {
    const timeoutMs = this.#options.startTimeoutMs ?? startTimeoutMsDefault
    const timer = setTimeout(() => {
      const what = this.#startProgress === 'import' ? 'importing' : 'start(world) of'
      const error = new Error(
        `${what} ${basename(this.#options.file)} had not finished after ${timeoutMs} ms`,
      )
      this.#start.reject(this.#failed('timeout', error))
    }, timeoutMs)
    this.#child.once('error', (error) => this.#start.reject(this.#failed('spawn', error)))
    void this.ended.then((end) => {
      if (this.#failure !== undefined)
        return this.#start.reject(this.#failed(this.#failure.stage, this.#failure.error))
      const error =
        end.error ?? new Error(`the process ended (${howEnded(end)}) before start(world) had resolved`)
      this.#start.reject(this.#failed('exit', error))
    })
    try {
      await this.#start.promise
    } catch (error) {
      await this.kill()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #sendStart(): void {
    this.#send({ kind: 'start', file: this.#options.file, world: this.#options.world })
  }

  #send(message: ToActor): void {
    // A channel that closes meanwhile is no error of its own: the end of the process says it all.
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  #receive(message: FromActor): void {
    switch (message.kind) {
      case 'ready':
        this.#sendStart()
        return
      case 'imported':
        this.#startProgress = 'start'
        return
      case 'started':
        this.#startProgress = 'started'
        this.#start.resolve()
        return
      case 'failed':
        // Told when the process has ended: Node's report on standard error may be the only one that names the
        // line.
        this.#failure = { stage: message.stage, error: unpackError(message.error) }
        return
      case 'answered':
        this.#calls.answer(message.call, message.value)
        return
      case 'refused':
        this.#calls.refuse(message.call, unpackError(message.error))
        return
      case 'stopped':
        this.#isStopped = true
        return
      case 'stop-failed':
        this.#stopError = unpackError(message.error)
        return
      case 'crashed':
      case 'exit-called':
        this.#lastWords = unpackError(message.error)
        return
      default:
        // A subject that calls `process.send` itself: nothing of ours.
        message satisfies never
    }
  }

  async #untilEnded(drained: Promise<void>): Promise<ActorEnd> {
    const child = this.#child
    await untilGone(child, drained)
    const error = this.#lastWords
    this.#end = { code: child.exitCode, signal: child.signalCode, ...(error !== undefined && { error }) }
    this.#calls.refuseAll((method) => this.#gone(method))
    return this.#end
  }

  #gone(method: string): ActorGone {
    const how = this.#end === undefined ? 'ending' : howEnded(this.#end)
    return new ActorGone({ actor: this.name, method, how, cause: this.#end?.error })
  }

  #failed(stage: ActorStage, error: Error): ActorFailed {
    const place = stage === 'timeout' || stage === 'spawn' ? undefined : placeOf(error, this.log)
    // Whoever did not stop in time left no stack: the file is all that is known.
    const fallback = stage === 'stop' ? { file: this.#options.file, line: 1 } : undefined
    return new ActorFailed({
      message: `${this.name}: ${error.message}`,
      stage,
      error,
      place: place ?? fallback,
      log: [...this.log],
    })
  }
}

function howEnded(end: ActorEnd): string {
  return end.signal === null ? `exit code ${end.code ?? 'unknown'}` : `killed by ${end.signal}`
}
