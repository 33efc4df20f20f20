/** The screen of one exercise: what it is, what to edit, and the one thing to do first. */
import { existsSync, readFileSync } from 'node:fs'
import type { Language } from '#lab/verdict'
import { formatMs } from '#lab/verdict/language'
import { learnersPath } from '../course.ts'
import { inLanguage } from '../language.ts'
import { pagePath, readFacts, readingMinutes } from '../lesson.ts'
import type { Totals } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import type { Judgement } from '../runner/judge.ts'
import { overlayNames, solutionFolder } from '../runner/subject.ts'
import type { StudyState } from '../state/study.ts'
import type { Lesson } from '../study/lessons.ts'
import { paint } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { exerciseTexts } from '../texts/exercise.ts'
import { screenTexts } from '../texts/screen.ts'
import { lessonLines, pendingOf } from './lesson-screen.ts'
import { placeToEdit } from './place-to-edit.ts'
import {
  circumstanceWords,
  elsewhereLine,
  firstThing,
  judgementLines,
  openItems,
  witnessLine,
} from './verdict-screen.ts'

export interface ExerciseView {
  readonly lang: Language
  readonly task: Task
  readonly totals: Totals
  /** Absent while the first check is under way. */
  readonly judgement?: Judgement
  /** Shows every item instead of the first open one. */
  readonly showsAll: boolean
  readonly isRecorded: boolean
  /** The task after this one. */
  readonly next?: Task
  /** Whether someone watches: the next step is then a save or a key, else a command. */
  readonly isWatched: boolean
  /** Of a lesson: what it asks, and what was answered so far. */
  readonly lesson?: { readonly asks: Lesson; readonly state: StudyState }
}

/** The whole screen but the keys. */
export function exerciseLines(view: ExerciseView): string[] {
  const { task, lesson, lang } = view
  const asked = lesson === undefined ? [] : ['', ...lessonLines(task, lesson.asks, lesson.state, lang)]
  return [headLine(view), '', ...taskLines(view), ...asked, '', ...bodyLines(view)]
}

/** "mq-workbook · week 7 · 0 of 387 items verified · embedded RabbitMQ 4.2 ready in 84 ms". */
function headLine({ totals, judgement, lang }: ExerciseView): string {
  const parts = [
    'mq-workbook',
    inLanguage(exerciseTexts.week, lang),
    inLanguage(exerciseTexts.verified(totals.verified, totals.items), lang),
  ]
  const [server] = judgement?.circumstances.servers ?? []
  if (judgement !== undefined && server !== undefined) {
    const took = judgement.brokerReadyMs === undefined ? undefined : formatMs(judgement.brokerReadyMs, lang)
    parts.push(inLanguage(exerciseTexts.ready(`${judgement.circumstances.engine} ${server}`, took), lang))
  }
  return paint('gray', parts.join(' · '))
}

function taskLines({ task, lang }: ExerciseView): string[] {
  const rows: [label: string, path: string, remark: string][] = readFacts(task).map(
    ({ path, lines, todos }, index) => [
      index === 0 ? inLanguage(exerciseTexts.yourFile, lang) : '',
      path,
      inLanguage(exerciseTexts.fileFacts(lines, todos.length), lang),
    ],
  )
  const readme = pagePath(task, 'README', lang)
  if (readme !== undefined) {
    rows.push([
      inLanguage(exerciseTexts.readFirst, lang),
      readme,
      inLanguage(exerciseTexts.minutes(readingMinutes(task, lang)), lang),
    ])
  }
  const labelWidth = Math.max(...rows.map(([label]) => label.length))
  const pathWidth = Math.max(...rows.map(([, path]) => path.length))
  const lines = rows.map(
    ([label, path, remark]) =>
      `${paint('gray', label.padEnd(labelWidth))}  ${path.padEnd(pathWidth)}   ${paint('gray', `(${remark})`)}`,
  )
  return [`${paint('bold', task.id)}  ${inLanguage(task.title, lang)}`, ...lines]
}

function bodyLines(view: ExerciseView): string[] {
  const { judgement, lang, task } = view
  if (judgement === undefined)
    return [paint('gray', inLanguage(screenTexts.checking(task.id, 'embedded'), lang))]
  const recorded = view.isRecorded ? [] : [paint('yellow', inLanguage(screenTexts.notRecorded, lang))]
  if (judgement.outcome === 'passed')
    return [...passedLines(view, judgement), ...recorded, ...nextLines(view)]
  // Before the notes are begun, a lesson is read and tried.
  const pending = isBegun(view) ? undefined : pendingInLesson(view)
  if (pending !== undefined) return [...recorded, inLanguage(cliTexts.next(pending), lang)]
  const found = view.showsAll ? judgementLines(judgement, lang) : firstThing(judgement, lang)
  return [...found, '', ...recorded, nextStep(view, judgement)]
}

function passedLines({ task, lang, showsAll }: ExerciseView, judgement: Judgement): string[] {
  const passed = judgement.verdicts.length
  const line = `${paint('green', '✓')} ${inLanguage(screenTexts.passed(task.id, passed, task.items.length), lang)} ${circumstanceWords(judgement, lang)}`
  const elsewhere = elsewhereLine(task, lang)
  const witnesses = showsAll ? [] : witnessLine(judgement, lang)
  const all = showsAll ? judgementLines(judgement, lang) : []
  return [line, ...witnesses, ...all, ...elsewhere, '']
}

/** What of a lesson is still open besides the notes. */
function pendingInLesson({ task, lesson }: ExerciseView): string | undefined {
  return lesson === undefined ? undefined : pendingOf(task, lesson.asks, lesson.state)
}

/** Whether the learner has written something into the notes. */
function isBegun({ task }: ExerciseView): boolean {
  return !task.files.every((file) =>
    isSameFile(learnersPath(task, file), solutionFolder(task, 'starter', file)),
  )
}

/** After a pass: the reference to compare with, and the task that follows. */
function nextLines(view: ExerciseView): string[] {
  const { task, next, lang } = view
  const pending = pendingInLesson(view)
  if (pending !== undefined) return [inLanguage(cliTexts.next(pending), lang)]
  const compare = inLanguage(screenTexts.compare(task.id, overlayNames(task, 'alternative').length), lang)
  if (next === undefined)
    return [compare, inLanguage(cliTexts.allDone, lang), inLanguage(cliTexts.next('npm run progress'), lang)]
  return [compare, inLanguage(cliTexts.next(`${next.id}  ${inLanguage(next.title, lang)}`), lang)]
}

function nextStep(view: ExerciseView, judgement: Judgement): string {
  const { lang, task, isWatched } = view
  const [first] = openItems(judgement)
  if (judgement.typeProblems.length === 0 && first?.outcome === 'inconclusive') {
    return inLanguage(cliTexts.next('npm run doctor'), lang)
  }
  const place = placeToEdit(judgement, task, isWatched)
  const step = isWatched ? screenTexts.edit(place) : exerciseTexts.editThenCheck(place, task.id)
  return paint('bold', inLanguage(cliTexts.next(inLanguage(step, lang)), lang))
}

function isSameFile(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other))
}
