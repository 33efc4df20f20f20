/**
 * From what vitest reported to one verdict per item. The kit's own verdict stands as it is; a test that ended before
 * it left one, an item that no test spoke for and an error that no test awaited have failed, in words.
 */
import type { Place, Text, Verdict } from '#lab/verdict'
import type { Item } from '../registry/registry.ts'
import { verdictTexts } from '../texts/verdicts.ts'
import { placeIn } from './places.ts'
import type { ReportedError, ReportedModule, ReportedTest, RunReport, StrayError } from './report.ts'
import type { TypeCheck } from './typecheck.ts'

export interface Judged {
  /** The items to judge, in order: those of the task that a check or a document rule speaks for. */
  readonly items: readonly Item[]
  /** The folder of the subject's files, absolute. */
  readonly folder: string
  /** Paths of the test files that belong to the task, absolute. */
  readonly testFiles: readonly string[]
}

export interface Assembled {
  /** In the order of the items. */
  readonly verdicts: readonly Verdict[]
  /** Items that failed only because the run had ended at another one. */
  readonly unreached: ReadonlySet<string>
}

/** The verdicts of one task. */
export function assembleVerdicts(judged: Judged, report: RunReport): Assembled {
  const modules = report.modules.filter(({ path }) => judged.testFiles.includes(path))
  const hasEnded = report.strays.some(isEndOfWorker)
  const endedAt = hasEnded ? findEnd(judged.items, modules, report) : undefined
  const circumstance = { judged, report, ...(endedAt === undefined ? {} : { endedAt }) }
  const strays = report.strays.filter((stray) => !isEndOfWorker(stray) && belongsTo(stray, judged))
  const isStarved = report.isBusy === true || report.strays.some(isNoStart)
  const unreached = new Set<string>()
  const verdicts = judged.items.map((item) => {
    const verdict = verdictOfItem(item, modules, circumstance)
    if (verdict === undefined) unreached.add(item.id)
    return withStrays(verdict ?? unreachedVerdict(item, endedAt ?? item.id, isStarved), strays, judged)
  })
  return { verdicts, unreached }
}

/** An answer that the compiler refuses has not passed, whatever it did when it ran. */
export function withTypeCheck(
  verdicts: readonly Verdict[],
  { problems }: TypeCheck,
  shown: (file: string) => string,
): Verdict[] {
  const [first] = problems
  if (first === undefined) return [...verdicts]
  const place = { file: shown(first.file), line: first.line }
  const breach = breachOf(verdictTexts.typesRefused(first.message, problems.length - 1), place)
  return verdicts.map((verdict) =>
    verdict.outcome === 'passed' ? failed(verdict, verdict.promise, verdict.ms, breach) : verdict,
  )
}

/** The verdicts that the kit gave itself; the others had to be made up, because a test ended before it could speak. */
export function toldVerdicts({ modules, streamed }: RunReport): ReadonlySet<Verdict> {
  return new Set([
    ...streamed,
    ...modules.flatMap(({ tests }) => tests.flatMap(({ verdict }) => verdict ?? [])),
  ])
}

/** The item that a test's name opens with, if it does. */
export function itemOf(testName: string): string | undefined {
  return /^([a-z]+(?:-\d{2})?\.\d{1,2})(?!\d)/.exec(testName)?.[1]
}

/** The experiment that a test's name opens with, if it does. */
export function experimentOf(testName: string): string | undefined {
  return /^experiment ([a-z0-9-]+): /.exec(testName)?.[1]
}

interface Circumstance {
  readonly judged: Judged
  readonly report: RunReport
  /** The item at which the worker ended, when it did. The others that are still open wait for that one. */
  readonly endedAt?: string
}

/**
 * At which item a worker ended. A watchdog that ended it has said so over the channel; otherwise it was at the first
 * item that is still open.
 */
function findEnd(
  items: readonly Item[],
  modules: readonly ReportedModule[],
  { streamed }: RunReport,
): string | undefined {
  const reported = new Set(
    modules.flatMap(({ tests }) =>
      tests.filter(({ state }) => state !== 'pending').map(({ name }) => itemOf(name)),
    ),
  )
  const open = items.filter(({ id }) => !reported.has(id))
  const told = open.find(({ id }) =>
    streamed.some((verdict) => verdict.item === id && verdict.outcome === 'failed'),
  )
  return (told ?? open.find(({ id }) => !streamed.some((verdict) => verdict.item === id)))?.id
}

/** Answers nothing for an item that the run did not reach. */
function verdictOfItem(
  item: Item,
  modules: readonly ReportedModule[],
  circumstance: Circumstance,
): Verdict | undefined {
  const collection = modules.flatMap(({ errors }) => errors)[0]
  const tests = modules.flatMap((module) => module.tests).filter((test) => itemOf(test.name) === item.id)
  const streamed = circumstance.report.streamed.filter((verdict) => verdict.item === item.id)
  if (tests.length > 0) {
    const verdicts = tests.map((test) => verdictOfTest(item, test, streamed, circumstance))
    // An open test says less than one that failed, and more than one that passed.
    return verdicts.sort((a, b) => severity(b) - severity(a))[0]
  }
  const said = streamed.at(-1)
  if (said !== undefined) return said
  if (collection !== undefined) return errorVerdict(item, item.text, 0, collection, circumstance.judged)
  if (circumstance.endedAt !== undefined) return endedVerdict(item, 0, circumstance)
  return failed({ item: item.id }, item.text, 0, breachOf(verdictTexts.noTest(item.id)))
}

function verdictOfTest(
  item: Item,
  test: ReportedTest,
  streamed: readonly Verdict[],
  circumstance: Circumstance,
): Verdict | undefined {
  const promise = item.text
  const [error] = test.errors
  if (test.verdict !== undefined) {
    // A kit that says "passed" while the test failed afterwards (a clean-up, a second claim) is not believed.
    const isContradicted = test.verdict.outcome === 'passed' && test.state === 'failed' && error !== undefined
    return isContradicted
      ? errorVerdict(item, test.verdict.promise, test.ms, error, circumstance.judged)
      : test.verdict
  }
  if (error !== undefined) return errorVerdict(item, promise, test.ms, error, circumstance.judged)
  if (test.state === 'pending') return streamed.at(-1) ?? endedVerdict(item, test.ms, circumstance)
  if (test.state === 'skipped')
    return failed({ item: item.id }, promise, test.ms, breachOf(verdictTexts.skipped))
  // The name alone proves nothing: a test of ours that judges leaves its verdict behind.
  return failed({ item: item.id }, promise, test.ms, breachOf(verdictTexts.noVerdict))
}

/** The worker is gone: its time was up, or the subject ended it. */
function endedVerdict(item: Item, ms: number, { endedAt, report }: Circumstance): Verdict | undefined {
  if (endedAt !== item.id) return undefined
  if (report.strays.some(isNoStart)) return inconclusive(item, ms, verdictTexts.notStarted)
  const { deadlineMs, isBusy = false } = report
  if (deadlineMs === undefined)
    return failed({ item: item.id }, item.text, ms, breachOf(verdictTexts.workerEnded))
  if (isBusy) return inconclusive(item, ms, verdictTexts.tooBusy(deadlineMs))
  return failed({ item: item.id }, item.text, ms, breachOf(verdictTexts.deadline(deadlineMs)))
}

function unreachedVerdict(item: Item, endedAt: string, isStarved: boolean): Verdict {
  if (isStarved) return inconclusive(item, 0, verdictTexts.notReached(endedAt))
  return failed({ item: item.id }, item.text, 0, breachOf(verdictTexts.notReached(endedAt)))
}

function errorVerdict(item: Item, promise: Text, ms: number, error: ReportedError, judged: Judged): Verdict {
  const place = placeIn(judged.folder, error)
  return failed({ item: item.id }, promise, ms, breachOf(sentenceFor(error, place !== undefined), place))
}

/** An unawaited rejection spoils what seemed to pass: the test it happened in, or every test of its file. */
function withStrays(verdict: Verdict, strays: readonly StrayError[], judged: Judged): Verdict {
  if (verdict.outcome !== 'passed') return verdict
  const stray = strays.find(
    ({ testName }) => testName === undefined || (itemOf(testName) ?? verdict.item) === verdict.item,
  )
  if (stray === undefined) return verdict
  const breach = breachOf(verdictTexts.unawaited(firstLine(stray.message)), placeIn(judged.folder, stray))
  return failed(verdict, verdict.promise, verdict.ms, breach)
}

function belongsTo(stray: StrayError, judged: Judged): boolean {
  return stray.path === undefined || judged.testFiles.includes(stray.path)
}

/** vitest's own error when a fork disappears. It names no test. */
function isEndOfWorker({ message }: StrayError): boolean {
  return message.startsWith('[vitest-pool]')
}

/** A fork that did not come up: none of the subject's code has run in it. */
function isNoStart({ message }: StrayError): boolean {
  return /^\[vitest-pool\]: (Timeout starting|Failed to start) /.test(message)
}

/** The known ways in which code ends a test, in words; anything else is quoted. */
function sentenceFor({ message, stack }: ReportedError, isInSubject: boolean): Text {
  const exit = /process\.exit unexpectedly called with "([^"]*)"/.exec(message)
  if (exit !== null) return verdictTexts.processExit(exit[1] ?? '')
  const timeout = /timed out in (\d+)ms/.exec(message)
  if (timeout !== null) return verdictTexts.timeout(Number(timeout[1]))
  const syntax = /SyntaxError(?: \[[A-Z_]+\])?: ([^\n]+)/.exec(stack)
  if (syntax !== null) return verdictTexts.syntax(syntax[1] ?? '')
  return isInSubject ? verdictTexts.threw(firstLine(message)) : verdictTexts.endedWith(firstLine(message))
}

function failed(
  verdict: { readonly item: string },
  promise: Text,
  ms: number,
  breach: ReturnType<typeof breachOf>,
): Verdict {
  return { outcome: 'failed', item: verdict.item, promise, ms, breach }
}

function inconclusive(item: Item, ms: number, cause: Text): Verdict {
  return { outcome: 'inconclusive', item: item.id, promise: item.text, ms, cause, enginesThatCan: [] }
}

function breachOf(said: Text, place?: Place) {
  return { said, trace: [], places: place === undefined ? [] : [place], messages: [] }
}

/** Of two tests for one item, the worse one decides. */
function severity(verdict: Verdict | undefined): number {
  return verdict === undefined ? 1 : { passed: 0, inconclusive: 2, failed: 3 }[verdict.outcome]
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}
