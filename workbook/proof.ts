/** The commands' way to the evidence: what was proven so far, and a place to put what was proven now. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Results } from '#lab/measure/results'
import type { Language, Text } from '#lab/verdict'
import type { Course } from './course.ts'
import { readChecklist, type Tick, updateChecklist } from './progress/checklist-file.ts'
import {
  type Evidence,
  EvidenceNotKept,
  type ItemResult,
  readEvidence,
  recordRun,
  resultOf,
  type Subjects,
} from './progress/evidence.ts'
import { type FileStates, hashesOf, readFiles } from './progress/files.ts'
import { type Fold, foldProgress } from './progress/fold.ts'
import { lookUp } from './progress/looked-up.ts'
import { keepPassed } from './progress/passed.ts'
import type { Rated } from './progress/ratings.ts'
import type { Task } from './registry/registry.ts'
import { root, shownPath } from './root.ts'
import { figuresFor, provenBy } from './runner/figures.ts'
import { isJudged, type Judgement, kindsJudged } from './runner/judge.ts'
import { say } from './state/notices.ts'
import { keepVerdicts } from './state/verdicts.ts'
import { hashesOfQuestions, isLesson } from './study/lessons.ts'

export interface Totals {
  readonly items: number
  readonly verified: number
}

/** Keeps what a run has shown about the learner's files. Answers whether it could be kept. */
export function recordJudgements(judgements: readonly Judgement[]): boolean {
  try {
    for (const judgement of judgements) record(judgement)
    return true
  } catch (error) {
    if (error instanceof EvidenceNotKept) return false
    throw error
  }
}

function record(judgement: Judgement): void {
  const { task, subjects, began, circumstances, verdicts } = judgement
  if (subjects === undefined) return
  keep(judgement, subjects)
  const kinds = new Map(task.items.map((item) => [item.id, kindsJudged(item)]))
  const results = verdicts.map((verdict) => resultOf(verdict, kinds.get(verdict.item) ?? []))
  for (const notice of recordRun(root, { task: task.id, when: began, circumstances, subjects, results }))
    say(notice)
  const isWhole = task.items.filter(isJudged).every(({ id }) => verdicts.some(({ item }) => item === id))
  if (isWhole && judgement.outcome === 'passed') keepPassed(root, task.id, subjects, began)
}

/** What is kept for reading; nothing rests on it, so a folder that can't be written costs nothing. */
function keep(judgement: Judgement, subjects: Subjects): void {
  const { task, verdicts, typeProblems, began, circumstances } = judgement
  const when = began.toISOString()
  keepVerdicts(task.id, {
    items: Object.fromEntries(verdicts.map((verdict) => [verdict.item, { when, circumstances, verdict }])),
    subjects,
    typeProblems: typeProblems.map((problem) => ({ ...problem, file: shownPath(problem.file) })),
  })
}

/**
 * Keeps what figures prove about the learner's files: each item of evidence `measure` that a figure names. The proof rests
 * on the results file too, and is stale when either changes. Answers whether it could be kept.
 */
export function recordFigures(taken: {
  readonly task: Task
  readonly results: Results
  /** The results file, absolute. */
  readonly path: string
  /** The learner's files as they were when the measuring began. */
  readonly subjects: Subjects
  readonly when: Date
}): boolean {
  const { task, results, path, subjects, when } = taken
  const file = shownPath(path)
  const kept = hashesOf(root, [file])
  const proven = provenBy(task, results).map((item) => ({ item, figures: figuresFor(item, results) }))
  const [first] = proven.flatMap(({ figures }) => figures)
  if (first === undefined) return true
  const { engine, seed, server, versions } = first
  const circumstances = { engine, seed, servers: [server], node: `v${versions.node ?? ''}` }
  const passed = proven.map(({ item, figures }) => ({
    item,
    outcome: 'passed' as const,
    kinds: ['measure' as const],
    figures: figures.map(({ name, value, unit, said }) => ({ name, value, unit, said })),
  }))
  try {
    const run = { task: task.id, when, circumstances, subjects: { ...subjects, ...kept }, results: passed }
    for (const notice of recordRun(root, run)) say(notice)
    return true
  } catch (error) {
    if (error instanceof EvidenceNotKept) return false
    throw error
  }
}

/** Keeps what an answer to a question has shown about an item. Answers whether it could be kept. */
export function recordAnswer(answer: {
  readonly task: Task
  readonly item: string
  readonly when: Date
  /** The questions as they were asked. */
  readonly subjects: Subjects
  readonly isRight: boolean
  /** What the answer overlooks, or why it is right. */
  readonly why: Text
}): boolean {
  const { task, item, when, subjects, isRight, why } = answer
  const result: ItemResult = {
    item,
    outcome: isRight ? 'passed' : 'failed',
    kinds: ['question'],
    ...(isRight ? {} : { said: why }),
  }
  // No broker took part, and nothing was drawn that a seed could repeat.
  const circumstances = { engine: 'embedded' as const, servers: [], seed: 0, node: process.version }
  try {
    const run = { task: task.id, when, circumstances, subjects, results: [result] }
    for (const notice of recordRun(root, run)) say(notice)
    return true
  } catch (error) {
    if (error instanceof EvidenceNotKept) return false
    throw error
  }
}

/** Keeps a rating that the learner gave themselves, as the claim that it is. Answers whether it could be kept. */
export function recordRating(course: Course, rated: Rated, value: number, when: Date): boolean {
  const task = course.tasks.find(({ id }) => id === rated.task)
  if (task?.items.some(({ id }) => id === rated.item) !== true) return false
  const result: ItemResult = {
    item: rated.item,
    outcome: 'passed',
    kinds: ['claim'],
    figures: [{ name: rated.name, value, unit: 'of 10' }],
    subjects: {},
  }
  const circumstances = { engine: 'embedded' as const, servers: [], seed: 0, node: process.version }
  try {
    for (const notice of recordRun(root, {
      task: task.id,
      when,
      circumstances,
      subjects: {},
      results: [result],
    }))
      say(notice)
    return true
  } catch (error) {
    if (error instanceof EvidenceNotKept) return false
    throw error
  }
}

/** Everything that is known, held against the files as they are now. */
export function foldNow(course: Course): Fold {
  const lookedUp = lookUp(root, course.tasks)
  return foldProgress({ ...readProgress(course), ticks: readChecklist(root, course.tasks).ticks, lookedUp })
}

/** Folds as `foldNow` does, and prints CHECKLIST.md again, with a tick set or taken away where one is given. */
export function foldIntoChecklist(course: Course, lang: Language | undefined, tick?: Tick): Fold {
  const { fold, notices } = updateChecklist(root, {
    ...readProgress(course),
    lookedUp: lookUp(root, course.tasks),
    ...(lang === undefined ? {} : { lang }),
    ...(tick === undefined ? {} : { tick }),
  })
  for (const notice of notices) say(notice)
  return fold
}

function readProgress(course: Course): { tasks: readonly Task[]; evidence: Evidence; files: FileStates } {
  const evidence: Evidence = readEvidence(root)
  for (const notice of evidence.notices) say(notice)
  const seen = [...evidence.tasks.values()].flatMap(({ items }) =>
    Object.values(items).flatMap(({ proofs, failures }) =>
      [...Object.values(proofs), ...Object.values(failures)].flatMap(({ subjects }) => Object.keys(subjects)),
    ),
  )
  const [questions, files] = partition(new Set(seen), (file) => file.includes('#'))
  const states = new Map(readFiles(root, course.tasks, files))
  for (const [key, { file, sha256 }] of hashesOfQuestions(questions))
    states.set(key, { sha256, changedAt: statSync(join(root, file)).mtime.toISOString() })
  return { tasks: course.tasks, evidence, files: states }
}

function partition<Value>(values: Iterable<Value>, isFirst: (value: Value) => boolean): [Value[], Value[]] {
  const [first, second]: [Value[], Value[]] = [[], []]
  for (const value of values) (isFirst(value) ? first : second).push(value)
  return [first, second]
}

/** How much of the whole course is verified. */
export function readTotals(course: Course): Totals {
  const { sums } = foldNow(course)
  return { items: sums.total, verified: sums.verified }
}

/** Whether every item of the task that a check speaks for is verified; of a lesson, every item. */
export function isVerified(fold: Fold, task: Task): boolean {
  const isWhole = isLesson(task) || !task.items.some(isJudged)
  const judged = isWhole ? task.items : task.items.filter(isJudged)
  return judged.length > 0 && judged.every(({ id }) => fold.items.get(id)?.state === 'verified')
}

/** The first task on the path that is ready and not verified, leaving out those given. */
export function nextTask(course: Course, except: ReadonlySet<string> = new Set()): Task | undefined {
  const fold = foldNow(course)
  return course.path.find((task) => task.state === 'ready' && !except.has(task.id) && !isVerified(fold, task))
}
