/** The check of a written deliverable: its rules are held like any promise, without a broker. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { expect, test as vitestTest } from 'vitest'
import { readResults } from '../measure/results.ts'
import { text } from '../verdict/language.ts'
import type { Text, Verdict } from '../verdict/verdict.ts'
import { type DocumentRules, type MeasuredFigures, readDocument } from './document.ts'
import { mustStandFor } from './promise.ts'
import { repositoryRoot, SubjectUnderTest } from './subject-under-test.ts'
import { unmet } from './test.ts'

/** Registers the check of a document. As with `test`, the name is the item's id and the promise's English sentence. */
export function documentTest(
  name: string,
  promise: { item: string; text: Text },
  rules: DocumentRules,
): void {
  mustStandFor(promise, name)
  if (rules.sections.length === 0)
    throw new Error(`the rules for ${rules.file} ask for no section: they prove nothing`)
  vitestTest(name, ({ task }) => {
    const began = performance.now()
    const verdict = judgeDocument(
      promise,
      rules,
      dirname(task.file.filepath),
      () => performance.now() - began,
    )
    task.meta.verdict = verdict
    if (verdict.outcome !== 'passed') throw unmet(verdict)
    expect(verdict.figures.length, 'a pass must rest on something seen').toBeGreaterThan(0)
  })
}

/** The figures of the subject's task: the learner's own, or for any of ours those of the reference. */
function figuresOf(item: string): MeasuredFigures {
  const [task = ''] = item.split('.')
  const isOurs = (process.env.MQ_SUBJECT ?? '') !== ''
  const results = readResults(
    join(repositoryRoot, ...(isOurs ? ['solutions'] : []), 'results', `${task}.json`),
  )
  return {
    command: `npm run measure ${task}${isOurs ? ' reference' : ''}`,
    byName: new Map(results?.figures.map((figure) => [figure.name, figure])),
  }
}

function judgeDocument(
  promise: { item: string; text: Text },
  rules: DocumentRules,
  taskFolder: string,
  elapsedMs: () => number,
): Verdict {
  const subject = new SubjectUnderTest(taskFolder)
  const path = subject.path(rules.file)
  const lessonPath = join(repositoryRoot, subject.taskFolder, 'README.md')
  const lesson = existsSync(lessonPath) ? readFileSync(lessonPath, 'utf8') : ''
  const findings = existsSync(path)
    ? readDocument(readFileSync(path, 'utf8'), rules, lesson, figuresOf(promise.item))
    : [{ line: 1, said: text(`${rules.file} is missing`, `thiếu file ${rules.file}`) }]
  const judged = { item: promise.item, promise: promise.text, ms: Math.round(elapsedMs() * 10) / 10 }
  const [first, ...others] = findings
  if (first === undefined) {
    const said = text(`${rules.sections.length} sections written`, `đã viết ${rules.sections.length} mục`)
    return {
      outcome: 'passed',
      ...judged,
      figures: [{ name: 'sections', value: rules.sections.length, unit: 'count', said }],
    }
  }
  const more =
    others.length === 0
      ? text('', '')
      : text(` (and ${others.length} more)`, ` (và ${others.length} điểm nữa)`)
  return {
    outcome: 'failed',
    ...judged,
    breach: {
      said: text(first.said.en + more.en, first.said.vi + more.vi),
      places: [{ file: subject.shown(rules.file), line: first.line }],
      trace: [],
      messages: [],
    },
  }
}
