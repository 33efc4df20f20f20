/**
 * Several judges side by side, each in a process of its own: a judge sets its process's environment for the workers that
 * it forks, so two of them can't share one. A judge takes a few subjects of a task at a time, which share a worker and its brokers.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Language } from '#lab/verdict'
import type { Task } from '../registry/registry.ts'
import { endOnInterrupt } from '../runner/interrupt.ts'
import type { Judgement } from '../runner/judge.ts'
import type { Copied } from '../runner/subject.ts'
import type { TypeCheck } from '../runner/typecheck.ts'

/** A check waits for its brokers and processes a third of the time: one judge more than there are cores keeps these busy. */
const judgesMax = availableParallelism() + 1

/** One subject, to be judged. */
export interface TrialOf {
  readonly subject: Copied
  /** Runs the tests of these items alone. */
  readonly items?: readonly string[] | undefined
}

/** Some subjects of one task, to be judged. */
export interface Trials {
  readonly task: Task
  readonly trials: readonly TrialOf[]
  /** What the compiler said about them. */
  readonly types: TypeCheck
}

/** To a judge's process: the subjects to judge next. */
export interface JudgeThese {
  readonly taskId: string
  readonly trials: readonly TrialOf[]
  readonly types: TypeCheck
}

/** From a judge's process: what came of them, in their order, or why nothing did. */
export type Judged = { readonly judgements: readonly Judgement[] } | { readonly trouble: string }

/** What a judge's process is started with. */
export interface JudgeSettings {
  readonly lang: Language
  readonly seed?: number
}

interface Waiting {
  readonly asked: Trials
  readonly answer: PromiseWithResolvers<readonly Judgement[]>
}

export class Judges {
  readonly #settings: JudgeSettings
  readonly #waiting: Waiting[] = []
  readonly #idle: ChildProcess[] = []
  readonly #all: ChildProcess[] = []

  constructor(settings: JudgeSettings) {
    endOnInterrupt()
    this.#settings = settings
  }

  /**
   * Judges them as soon as a judge is free, or before all that wait; one alone has a worker and brokers of its own. Rejects when
   * the judging itself broke down.
   */
  judge(asked: Trials, place: 'last' | 'next' = 'last'): Promise<readonly Judgement[]> {
    const answer = Promise.withResolvers<readonly Judgement[]>()
    if (place === 'next') this.#waiting.unshift({ asked, answer })
    else this.#waiting.push({ asked, answer })
    if (this.#idle.length === 0 && this.#all.length < judgesMax) this.#idle.push(this.#open())
    this.#assign()
    return answer.promise
  }

  async close(): Promise<void> {
    const gone = this.#all.map(
      (child) =>
        new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve()
          else child.once('exit', () => resolve())
        }),
    )
    for (const child of this.#all) if (child.connected) child.disconnect()
    await Promise.all(gone)
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const child = this.#idle.shift()
      if (child === undefined) return
      const next = this.#waiting.shift()
      if (next !== undefined) void this.#judgeIn(child, next)
    }
  }

  async #judgeIn(child: ChildProcess, { asked, answer }: Waiting): Promise<void> {
    const { task, trials, types } = asked
    const judged = await new Promise<Judged>((resolve) => {
      const over = (code: number | null): void => resolve({ trouble: `a judge ended with ${code}` })
      child.once('exit', over)
      child.once('message', (message) => {
        child.off('exit', over)
        resolve(message as Judged)
      })
      child.send({ taskId: task.id, trials, types } satisfies JudgeThese)
    })
    if ('judgements' in judged) answer.resolve(judged.judgements.map((judgement) => ({ ...judgement, task })))
    else answer.reject(new Error(judged.trouble))
    if (child.connected) this.#idle.push(child)
    this.#assign()
  }

  #open(): ChildProcess {
    const child = fork(fileURLToPath(new URL('./judge-process.ts', import.meta.url)), {
      // Maps, Sets and Dates of a judgement arrive as what they are.
      serialization: 'advanced',
      execArgv: [],
      env: { ...process.env, MQ_JUDGE: JSON.stringify(this.#settings) },
    })
    this.#all.push(child)
    return child
  }
}
