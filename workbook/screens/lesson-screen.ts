/** What a lesson's screen shows beside the notes: its experiments, its questions, and what to do first. */
import stringWidth from 'fast-string-width'
import type { Language } from '#lab/verdict'
import { inLanguage } from '../language.ts'
import type { Task } from '../registry/registry.ts'
import type { Prediction, StudyState } from '../state/study.ts'
import type { Lesson } from '../study/lessons.ts'
import { sumsOf } from '../study/quiz.ts'
import { paint } from '../terminal.ts'
import { studyTexts } from '../texts/study.ts'

/** One line for each experiment, one for the questions. */
export function lessonLines(task: Task, lesson: Lesson, state: StudyState, lang: Language): string[] {
  const labels = [studyTexts.experiments, studyTexts.questions].map((label) => inLanguage(label, lang))
  const labelWidth = Math.max(...labels.map((label) => stringWidth(label)))
  const label = (text: string): string => paint('gray', text + ' '.repeat(labelWidth - stringWidth(text)))
  const nameWidth = Math.max(0, ...lesson.experiments.map(({ name }) => name.length))
  const rows = lesson.experiments.map(({ name }, index) => {
    const said = inLanguage(standing(state.experiments[`${task.id}/${name}`]), lang)
    return `${label(index === 0 ? (labels[0] ?? '') : '')}  ${paint('bold', String(index + 1))}  ${name.padEnd(nameWidth)}   ${paint('gray', said)}`
  })
  const { known, of } = sumsOf([{ task, lesson }], state)
  return [...rows, `${label(labels[1] ?? '')}  ${inLanguage(studyTexts.asked(known, of), lang)}`]
}

function standing(prediction: Prediction | undefined) {
  if (prediction === undefined) return studyTexts.notRun
  if (prediction.predicted === undefined) return studyTexts.watched
  return prediction.predicted === prediction.came ? studyTexts.foreseen : studyTexts.surprised
}

/** The one command to go on with: what has not been tried, then what has not been answered, then the notes. */
export function nextOfLesson(task: Task, lesson: Lesson, state: StudyState): string {
  return pendingOf(task, lesson, state) ?? `npm run exercise ${task.id}`
}

/** The experiment or the questions that are still open; nothing when only the notes can be. */
export function pendingOf(task: Task, lesson: Lesson, state: StudyState): string | undefined {
  const untried = lesson.experiments.find(({ name }) => state.experiments[`${task.id}/${name}`] === undefined)
  if (untried !== undefined) return `npm run exercise ${task.id} ${untried.name}`
  const { known, of } = sumsOf([{ task, lesson }], state)
  return known < of ? `npm run quiz ${task.id}` : undefined
}
