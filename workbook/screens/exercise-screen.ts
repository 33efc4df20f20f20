/** The screen of one exercise: what it is, what to edit, and the one thing to do first. */
import type { Language } from '#lab/verdict'
import { formatMs } from '#lab/verdict/language'
import { inLanguage } from '../language.ts'
import { pagePath, readFacts, readingMinutes } from '../lesson.ts'
import type { Totals } from '../proof.ts'
import type { Task } from '../registry/registry.ts'
import { isJudged, type Judgement } from '../runner/judge.ts'
import { overlayNames } from '../runner/subject.ts'
import { paint } from '../terminal.ts'
import { cliTexts } from '../texts/cli.ts'
import { exerciseTexts } from '../texts/exercise.ts'
import { screenTexts } from '../texts/screen.ts'
import { placeToEdit } from './place-to-edit.ts'
import { circumstanceWords, firstThing, judgementLines, openItems, witnessLine } from './verdict-screen.ts'

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
}

/** The whole screen but the keys. */
export function exerciseLines(view: ExerciseView): string[] {
  return [headLine(view), '', ...taskLines(view), '', ...bodyLines(view)]
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
  const found = view.showsAll ? judgementLines(judgement, lang) : firstThing(judgement, lang)
  return [...found, '', ...recorded, nextStep(view, judgement)]
}

function passedLines({ task, lang, showsAll }: ExerciseView, judgement: Judgement): string[] {
  const passed = judgement.verdicts.length
  const line = `${paint('green', '✓')} ${inLanguage(screenTexts.passed(task.id, passed, task.items.length), lang)} ${circumstanceWords(judgement, lang)}`
  const others = task.items.filter((item) => !isJudged(item)).map(({ id }) => id)
  const elsewhere =
    others.length === 0 ? [] : [`  ${paint('gray', inLanguage(screenTexts.elsewhere(others), lang))}`]
  const witnesses = showsAll ? [] : witnessLine(judgement, lang)
  const all = showsAll ? judgementLines(judgement, lang) : []
  return [line, ...witnesses, ...all, ...elsewhere, '']
}

/** After a pass: the reference to compare with, and the task that follows. */
function nextLines({ task, next, lang }: ExerciseView): string[] {
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
