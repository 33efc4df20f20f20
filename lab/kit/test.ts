/**
 * How a check is written: one line names the item, the promise and the scenario. The scenario drives the subject and
 * answers what was seen; the promise is held against it; the outcome is one verdict, whoever runs the test.
 */
import { performance } from 'node:perf_hooks'
import { expect, test as vitestTest } from 'vitest'
import { languageOf, text } from '../verdict/language.ts'
import { renderVerdict } from '../verdict/render.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { type Conclusion, conclude, preferStray, throwStray } from './conclusion.ts'
import { currentRun, leaveLab, runIfAny, useLab } from './current.ts'
import { CannotTell, PromiseBroken } from './failure.ts'
import { type Lab, openLab } from './lab.ts'
import { engineWord, limitsOf } from './launch.ts'
import { askedPaceMax, paceMax } from './pace.ts'
import { mustStandFor, type Promised } from './promise.ts'
import type { Scenario } from './stage.ts'
import { taskFolderOf } from './task-folder.ts'
import { stopWatching, watchItem } from './watchdog.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What the kit concluded; the workbook reads it from the test's meta. */
    verdict?: Verdict
  }
}

/** vitest's own limit, which knows no sentence: it must never be the first, closing the lab included. */
const closeMsMax = 20_000

/** Of the time that an unhurried scenario may take, so much may be the start of one process. */
const startShareMax = 0.25

/**
 * Registers a check. `name` is the item's id and the promise's English sentence, written out so that editors and
 * searches find it; the kit refuses a name that differs from its promise.
 */
export function test<Facts>(name: string, promise: Promised<Facts>, scenario: Scenario<Facts>): void {
  mustStandFor(promise, name)
  registerScenario(name, promise, scenario)
}

/** Registers a test under a name that somebody else has looked at. */
export function registerScenario<Facts>(
  name: string,
  promise: Promised<Facts>,
  scenario: Scenario<Facts>,
): void {
  vitestTest(name, { timeout: testMsMax(scenario) }, async ({ task }) => {
    const began = performance.now()
    const conclusion = await judge(promise, scenario, taskFolderOf(task.file.filepath))
    const ms = Math.round((performance.now() - began) * 10) / 10
    const verdict: Verdict = { ...conclusion, item: promise.item, promise: promise.text, ms }
    task.meta.verdict = verdict
    // At once, and not only with vitest's report: should the next test end this process, this one has spoken.
    runIfAny()?.emit({ kind: 'verdict', verdict })
    if (verdict.outcome !== 'passed') throw unmet(verdict)
    expect(verdict.figures.length, 'a pass must rest on something seen').toBeGreaterThan(0)
  })
}

/** The error that plain vitest shows: the whole message of the workbook, without a stack into the kit. */
export function unmet(verdict: Verdict): Error {
  // None where no lab was opened: a document has no seed, and settings that make no sense make no run.
  const run = runIfAny()
  const [task] = verdict.item.split('.')
  const repeat = `npm run check ${verdict.item}${run === undefined ? '' : `${engineWord(run.engine)} seed=${run.seed}`}`
  const lang = languageOf(process.env)
  // A lesson has no hints: its pages say all there is to say.
  const hint = task?.startsWith('study-') ? {} : { hint: `npm run hint ${task}` }
  const error = new Error(renderVerdict(verdict, { lang, colour: false, repeat, ...hint }))
  error.name = verdict.outcome === 'failed' ? 'PromiseBroken' : 'Inconclusive'
  error.stack = `${error.name}: ${error.message}`
  return error
}

/** Settings of a run that make no sense are said by the test itself. */
function testMsMax(scenario: Pick<Scenario<unknown>, 'brokers' | 'isPatient' | 'msMax'>): number {
  const paceUpTo = process.env.MQ_PACE === undefined ? paceMax : askedPaceMax
  const isReal = ['local', 'docker', 'url'].includes(process.env.MQ_ENGINE ?? '')
  const { openMs, scenarioMs } = limitsOf({ engine: isReal ? 'local' : 'embedded', pace: paceUpTo }, scenario)
  // Closing brings a killed broker back, which takes as long as opening.
  return 2 * openMs + scenarioMs + closeMsMax
}

async function judge<Facts>(
  promise: Promised<Facts>,
  scenario: Scenario<Facts>,
  taskFolder: string,
): Promise<Conclusion> {
  let lab: Lab | undefined
  try {
    lab = await openInTime(taskFolder, scenario)
    useLab(lab)
    watchItem({ item: promise.item, promise: promise.text, folder: lab.subject.folder })
    const { scenarioMs } = limitsOf(currentRun(), scenario)
    const seconds = Math.round(scenarioMs / 1000)
    const said = text(`it was not over after ${seconds} s`, `sau ${seconds} giây vẫn chưa xong`)
    const facts = await within(scenarioMs, scenario(lab), () => new PromiseBroken({ said }))
    // One more turn of the event loop: a rejection that nobody awaited comes to light here.
    await new Promise((resolve) => setImmediate(resolve))
    throwStray(lab)
    lab.hold(promise, facts)
    return { outcome: 'passed', figures: lab.figures }
  } catch (error) {
    if (lab === undefined || error instanceof CannotTell) return conclude(error)
    if (await lab.brokerIsLost()) return conclude(brokerLost(error))
    return conclude(preferStray(lab, error), lab)
  } finally {
    // Closing calls the subject too, its stop() among others: an endless loop there is still this item's.
    await lab?.[Symbol.asyncDispose]().catch(() => {})
    stopWatching()
    leaveLab()
  }
}

function brokerLost(error: unknown): CannotTell {
  const said = text(
    'the broker ended in the middle of the check, and nobody had told it to',
    'broker chết giữa bài kiểm tra mà không ai yêu cầu',
  )
  return new CannotTell(said, { cause: error })
}

async function openInTime(taskFolder: string, scenario: Scenario<unknown>): Promise<Lab> {
  const { brokers, isPatient, msMax } = scenario
  const starts = msMax === undefined ? {} : { startMsMax: msMax * startShareMax }
  const opening = openLab({ taskFolder, run: currentRun(), brokers, isPatient, ...starts })
  const { openMs } = limitsOf(currentRun(), scenario)
  const seconds = Math.round(openMs / 1000)
  const late = text(`the lab was not open after ${seconds} s`, `sau ${seconds} giây lab vẫn chưa mở xong`)
  try {
    return await within(openMs, opening, () => new CannotTell(late))
  } catch (error) {
    // Should it open after all, nobody works in it.
    opening.then((lab) => lab[Symbol.asyncDispose]()).catch(() => {})
    throw error
  }
}

async function within<Value>(ms: number, work: Promise<Value>, late: () => Error): Promise<Value> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), ms)
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
