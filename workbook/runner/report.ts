/** What a vitest run reported, as plain data: the input of the verdicts. */
import type { Verdict } from '#lab/verdict'

export interface ReportedError {
  readonly message: string
  readonly stack: string
}

export interface ReportedTest {
  /** Name as written: `mq-01.5 a confirmed payment outlives the broker`. */
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
  readonly ms: number
  /** What the kit left on the test. Absent when the test ended before it could. */
  readonly verdict?: Verdict
  readonly errors: readonly ReportedError[]
}

export interface ReportedModule {
  /** Absolute path of the test file. */
  readonly path: string
  readonly tests: readonly ReportedTest[]
  /** Errors that stopped the file before its tests could run. */
  readonly errors: readonly ReportedError[]
}

/** An error that belongs to no test: an unawaited rejection, or the end of the worker. */
export interface StrayError extends ReportedError {
  readonly path?: string
  readonly testName?: string
}

export interface RunReport {
  readonly modules: readonly ReportedModule[]
  readonly strays: readonly StrayError[]
  /** Verdicts that arrived over the run channel; they survive a SIGKILL of the worker. */
  readonly streamed: readonly Verdict[]
  /** Set when the run was ended because its time was up. */
  readonly deadlineMs?: number
  /** Set when the time was up on a computer that did much else: what hangs can't be told from what starves. */
  readonly isBusy?: true
}
