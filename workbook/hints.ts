/** Hints are opened one at a time, and stay open. */
import type { Language } from '#lab/verdict'
import { inLanguage } from './language.ts'
import { readHints, type Section } from './lesson.ts'
import type { Task } from './registry/registry.ts'
import { readState, writeState } from './state/state.ts'
import { paint } from './terminal.ts'
import { exerciseTexts } from './texts/exercise.ts'

export interface OpenedHints {
  readonly hints: readonly Section[]
  /** How many of them are open now. */
  readonly opened: number
  /** False where nothing can be written: the next hint would be this one again. */
  readonly isRemembered: boolean
}

/** The hints of a task and how many are open. */
export function openedHints(task: Task, lang: Language): OpenedHints {
  const hints = readHints(task, lang)
  return { hints, opened: Math.min(readState().hints[task.id] ?? 0, hints.length), isRemembered: true }
}

/** Opens one more hint, or all of them, and remembers that. */
export function openHints(task: Task, lang: Language, count: 'one' | 'all'): OpenedHints {
  const { hints, opened } = openedHints(task, lang)
  const now = count === 'all' ? hints.length : Math.min(opened + 1, hints.length)
  const state = readState()
  const isRemembered = writeState({ ...state, hints: { ...state.hints, [task.id]: now } })
  return { hints, opened: now, isRemembered }
}

/** One hint as lines: its question, then its text. */
export function hintLines({ hints }: OpenedHints, index: number, lang: Language): string[] {
  const hint = hints[index]
  if (hint === undefined) return []
  const title = inLanguage(exerciseTexts.hintTitle(index + 1, hints.length), lang)
  return [
    `${paint('cyan', title)}  ${paint('bold', hint.title)}`,
    ...hint.body.split('\n').map((line) => (line === '' ? '' : `  ${line}`)),
  ]
}
