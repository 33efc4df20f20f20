/**
 * How a claim of a design is written: one line names the item, the promise and the attack. The attack calls the
 * design's code and answers what it did; no broker is started.
 */
import { performance } from 'node:perf_hooks'
import { expect, test as vitestTest } from 'vitest'
import type { Random } from '#lab/subject'
import { makeRandom } from '../actors/random.ts'
import type { Verdict } from '../verdict/verdict.ts'
import { type Conclusion, conclude } from './conclusion.ts'
import { currentRun, runIfAny } from './current.ts'
import { heldBy } from './holding.ts'
import { mustStandFor, type Promised } from './promise.ts'
import { SubjectUnderTest } from './subject-under-test.ts'
import { taskFolderOf } from './task-folder.ts'
import { unmet } from './test.ts'
import { stopWatching, watchItem } from './watchdog.ts'

/** Calls the design and answers the facts that the promise judges. Randomness comes from the run's seed. */
export type Attack<Facts> = (subject: SubjectUnderTest, random: Random) => Promise<Facts>

/**
 * Some attacks take a design through a hundred thousand events, on whichever computer. What never yields is ended by the watchdog
 * long before.
 */
const claimMsMax = 60_000

/** Registers the test of a claim. As with `test`, the name is the item's id and the promise's English sentence. */
export function claimTest<Facts>(name: string, promise: Promised<Facts>, attack: Attack<Facts>): void {
  mustStandFor(promise, name)
  vitestTest(name, { timeout: claimMsMax }, async ({ task }) => {
    const began = performance.now()
    const conclusion = await judge(promise, attack, taskFolderOf(task.file.filepath))
    const ms = Math.round((performance.now() - began) * 10) / 10
    const verdict: Verdict = { ...conclusion, item: promise.item, promise: promise.text, ms }
    task.meta.verdict = verdict
    runIfAny()?.emit({ kind: 'verdict', verdict })
    if (verdict.outcome !== 'passed') throw unmet(verdict)
    expect(verdict.figures.length, 'a pass must rest on something seen').toBeGreaterThan(0)
  })
}

async function judge<Facts>(
  promise: Promised<Facts>,
  attack: Attack<Facts>,
  taskFolder: string,
): Promise<Conclusion> {
  const subject = new SubjectUnderTest(taskFolder)
  try {
    const { seed } = currentRun()
    watchItem({ item: promise.item, promise: promise.text, folder: subject.folder })
    const facts = await attack(subject, makeRandom(seed))
    return { outcome: 'passed', figures: heldBy(promise, facts, subject) }
  } catch (error) {
    return conclude(error, { subject })
  } finally {
    stopWatching()
  }
}
