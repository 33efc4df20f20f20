/**
 * What a task declares so that the explorer can crash it: a scenario that goes on whatever dies in it, and the promise
 * that must hold in the end. A task exports it as `exploration` from `explore.ts`.
 */
import type { History } from '../history/history.ts'
import type { Lab } from '../kit/lab.ts'
import type { Promised } from '../kit/promise.ts'
import type { Brokers } from '../kit/stage.ts'
import type { Lane } from '../verdict/verdict.ts'

/**
 * What crashes.
 * - `subject`: the process of the subject that the message belongs to (SIGKILL); it is started again
 * - `broker`: the broker's process (SIGKILL), or, of a Kafka with three nodes, the node that the message goes to or comes
 *   from; it is started again with what it had on disk
 * - `connection`: only the connection; both sides live on
 */
export const crashKinds = ['subject', 'broker', 'connection'] as const
export type CrashKind = (typeof crashKinds)[number]

export interface Exploration<Facts = unknown> {
  /** Must hold in every schedule, the one without a crash included. */
  readonly promise: Promised<Facts>
  /** What it plays on. Default: RabbitMQ alone. */
  readonly brokers?: Brokers
  /** How many messages the scenario sends; the explorer asks for fewer when it shrinks a counter-example. */
  readonly messages: number
  /** The kinds of crash that the promise covers. Default: all. */
  readonly crashes?: readonly CrashKind[]
  /**
   * Of the messages that these words match, by method, only the first of each kind is crashed: a topology of ten declarations
   * is declared anew after a crash at any of them alike.
   */
  readonly alike?: RegExp
  /**
   * Drives the subjects one step after another, so that each run exchanges the same messages; repeats what a crash left
   * unknown, as any caller would; and answers the end state. It never judges.
   */
  readonly play: (stage: Stage) => Promise<Facts>
}

/** Which wrong solutions of a task the explorer must convict, by what crashes; a task exports it as `convictions`. */
export type Convictions = Readonly<Partial<Record<CrashKind, readonly string[]>>>

/**
 * The wrong solutions that the explorer convicts by no crash, and why not; a task exports it as `notByCrash`. With `convictions` it names
 * each of them once, which a test holds.
 */
export type NotByCrash = readonly { readonly because: string; readonly wrong: readonly string[] }[]

/** What a scenario is given: a lab, and subjects that come back. */
export interface Stage {
  readonly lab: Lab
  /** How many messages to send in this run. */
  readonly messages: number
  /** Everything that was asked for and what came of it; its endings show up in the trace. */
  readonly history: History
  /** Starts one of the subject's files as a process, and again whenever that has ended, as an operator would. */
  readonly supervise: (file: string, lane?: Lane) => Promise<Supervised>
  /**
   * Waits until a fact is there, whatever dies meanwhile, and answers whether it ever was: false when nothing has moved for seconds, no
   * message, no commit, no process. What asks a broker that may be down goes into `whileBrokerReturns`.
   */
  readonly comesTrue: (fact: () => boolean | Promise<boolean>) => Promise<boolean>
  /**
   * Moves the broker's clock ahead, as `lab.elapse` does, but never into a crash that has begun: what dies just after a message dies before the
   * seconds that follow it, however long the killing takes.
   */
  readonly elapse: (ms: number) => Promise<void>
}

/** How a call into a supervised subject ended. */
export type Answer =
  | { readonly state: 'ok'; readonly value: unknown }
  /** It rejected. `error` is the name of what it rejected with, `reason` its message. */
  | { readonly state: 'fail'; readonly reason: string; readonly error: string }
  /** Its process died before it had answered: nobody can know. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** It lives and has not answered in time. */
  | { readonly state: 'pending' }

/** A subject that is started again whenever it ends. */
export interface Supervised {
  /** How often it has been started. */
  readonly starts: number
  /** Calls a method of what `start(world)` answered, as soon as a process runs that has started. */
  call(method: string, ...args: readonly unknown[]): Promise<Answer>
  /**
   * Runs its `stop()` and starts it no more; resolves when no crash is under way either, so a broker that was killed is back. Bounded; a
   * subject that does not stop is killed.
   */
  stop(): Promise<void>
}
