/**
 * How a check is written: one line names the item, the promise and the scenario. The scenario drives the subject and
 * answers what was seen; the promise is held against it; the outcome is one verdict, whoever runs the test.
 */
import { dirname } from 'node:path'
import { performance } from 'node:perf_hooks'
import { expect, test as vitestTest } from 'vitest'
import { text } from '../verdict/language.ts'
import { renderVerdict } from '../verdict/render.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { stopWatching, watchItem } from './watchdog.ts'
import { PromiseBroken } from './failure.ts'
import { type Lab, openLab } from './lab.ts'
import type { Promised } from './promise.ts'
import { currentRun, leaveLab, useLab } from './current.ts'
import { type Conclusion, conclude, preferStray, throwStray } from './conclusion.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What the kit concluded; the workbook reads it from the test's meta. */
    verdict?: Verdict
  }
}

/** A scenario of this task's run.ts: it drives the subject and answers the facts that the promise judges. */
export type Scenario<Facts> = (lab: Lab) => Promise<Facts>

/** The whole test must be over by then; below vitest's own limit, so that the end is a sentence. */
const testMsMax = 9000

/**
 * Registers a check. `name` is the item's id and the promise's English sentence, written out so that editors and
 * searches find it; the kit refuses a name that differs from its promise.
 */
export function test<Facts>(name: string, promise: Promised<Facts>, scenario: Scenario<Facts>): void {
  const expected = `${promise.item} ${promise.text.en}`
  if (name !== expected) throw new Error(`the test "${name}" stands for the promise "${expected}": use its words as the name`)
  vitestTest(name, async ({ task }) => {
    const began = performance.now()
    const outcome = await judge(promise, scenario, dirname(task.file.filepath))
    const verdict = { ...outcome, item: promise.item, promise: promise.text, ms: round(performance.now() - began) } as Verdict
    task.meta.verdict = verdict
    if (verdict.outcome !== 'passed') throw unmet(verdict)
    expect(verdict.figures.length, 'a pass must rest on something seen').toBeGreaterThan(0)
  })
}

/** The error that plain vitest shows: the whole message of the workbook, without a stack into the kit. */
export function unmet(verdict: Verdict): Error {
  const run = currentRun()
  const [task] = verdict.item.split('.')
  const repeat = `npm run check ${verdict.item}${run === undefined ? '' : ` seed=${run.seed}`}`
  const lang = run?.language ?? 'en'
  const error = new Error(renderVerdict(verdict, { lang, colour: false, repeat, hint: `npm run hint ${task}` }))
  error.name = verdict.outcome === 'failed' ? 'PromiseBroken' : 'Inconclusive'
  error.stack = `${error.name}: ${error.message}`
  return error
}

async function judge<Facts>(promise: Promised<Facts>, scenario: Scenario<Facts>, taskFolder: string): Promise<Conclusion> {
  let lab: Lab | undefined
  try {
    lab = await openLab({ taskFolder, run: currentRun() })
    useLab(lab)
    watchItem({ item: promise.item, promise: promise.text, folder: lab.subject.folder })
    const facts = await withinTime(scenario(lab))
    // One more turn of the event loop: a rejection that nobody awaited comes to light here.
    await new Promise((resolve) => setImmediate(resolve))
    throwStray(lab)
    lab.hold(promise, facts)
    return { outcome: 'passed', figures: lab.figures }
  } catch (error) {
    return conclude(lab === undefined ? error : preferStray(lab, error), lab)
  } finally {
    stopWatching()
    leaveLab()
    await lab?.[Symbol.asyncDispose]().catch(() => {})
  }
}

async function withinTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const said = text(`it was not over after ${testMsMax / 1000} s`, `sau ${testMsMax / 1000} giây vẫn chưa xong`)
    timer = setTimeout(() => reject(new PromiseBroken({ said })), testMsMax)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const round = (ms: number): number => Math.round(ms * 10) / 10
