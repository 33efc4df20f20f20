/** The checks of written deliverables: rules and rubrics are held like any promise, without a broker. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { expect, test as vitestTest } from 'vitest'
import { readResults } from '../measure/results.ts'
import { text } from '../verdict/language.ts'
import type { Figure, Text, Verdict } from '../verdict/verdict.ts'
import { type DocumentFinding, type DocumentRules, type MeasuredFigures, readDocument } from './document.ts'
import { mustStandFor } from './promise.ts'
import { pointsIn, type Rubric, readRubric } from './rubric.ts'
import { repositoryRoot, SubjectUnderTest } from './subject-under-test.ts'
import { taskFolderOf } from './task-folder.ts'
import { unmet } from './test.ts'

/** A written deliverable: where it stands, how it is read, and what a pass rests on. */
interface Written {
  readonly file: string
  readonly atTop?: boolean
  readonly read: (markdown: string, lesson: string) => DocumentFinding[]
  readonly rests: Figure
}

/** Registers the check of a document. As with `test`, the name is the item's id and the promise's English sentence. */
export function documentTest(
  name: string,
  promise: { item: string; text: Text },
  rules: DocumentRules,
): void {
  const count = rules.sections.length
  if (count === 0) throw new Error(`the rules for ${rules.file} ask for no section: they prove nothing`)
  writtenTest(name, promise, {
    file: rules.file,
    atTop: rules.atTop === true,
    read: (markdown, lesson) => readDocument(markdown, rules, lesson, figuresOf(promise.item)),
    rests: {
      name: 'sections',
      value: count,
      unit: 'count',
      said: text(`${count} ${count === 1 ? 'section' : 'sections'} written`, `đã viết ${count} mục`),
    },
  })
}

/** Registers the check of a written analysis, which is evaluated point by point. */
export function rubricTest(name: string, rubric: Rubric): void {
  const count = pointsIn(rubric)
  if (count === 0) throw new Error(`the rubric of ${rubric.item} asks for no point: it proves nothing`)
  writtenTest(name, rubric, {
    file: rubric.file,
    atTop: rubric.atTop === true,
    read: (markdown, lesson) => readRubric(markdown, rubric, lesson),
    rests: {
      name: 'points',
      value: count,
      unit: 'count',
      said: text(`${count} ${count === 1 ? 'point' : 'points'} made`, `nêu được ${count} ý`),
    },
  })
}

function writtenTest(name: string, promise: { item: string; text: Text }, written: Written): void {
  mustStandFor(promise, name)
  vitestTest(name, ({ task }) => {
    const began = performance.now()
    const verdict = judgeWritten(
      promise,
      written,
      taskFolderOf(task.file.filepath),
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

function judgeWritten(
  promise: { item: string; text: Text },
  { file, atTop = false, read, rests }: Written,
  taskFolder: string,
  elapsedMs: () => number,
): Verdict {
  const subject = new SubjectUnderTest(taskFolder, { atTop })
  const path = subject.path(file)
  const findings = existsSync(path)
    ? read(readFileSync(path, 'utf8'), lessonOf(subject.taskFolder))
    : [{ line: 1, said: text(`${file} is missing`, `thiếu file ${file}`) }]
  const judged = { item: promise.item, promise: promise.text, ms: Math.round(elapsedMs() * 10) / 10 }
  const [first, ...others] = findings
  if (first === undefined) return { outcome: 'passed', ...judged, figures: [rests] }
  // What else the same section lacks is said at once: nobody wants to hear it only after the next run.
  const here = [first, ...others.filter(({ line }) => line === first.line)]
  const rest = others.length + 1 - here.length
  const more = rest === 0 ? text('', '') : text(` (and ${rest} more)`, ` (và ${rest} điểm nữa)`)
  return {
    outcome: 'failed',
    ...judged,
    breach: {
      said: text(
        here.map(({ said }) => said.en).join('; ') + more.en,
        here.map(({ said }) => said.vi).join('; ') + more.vi,
      ),
      places: [{ file: subject.shown(file), line: first.line }],
      trace: [],
      messages: [],
    },
  }
}

/** What a learner has read in either language, and may not hand in as their own. */
export function lessonOf(taskFolder: string): string {
  return ['README.md', 'README.vi.md']
    .map((name) => join(repositoryRoot, taskFolder, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n\n')
}
