/** How a question looks in a terminal, and what was typed as an answer to it. */

import type { Answer, Question } from '#lab/study/question'
import type { Language } from '#lab/verdict'
import { wrap } from '#lab/verdict/render'
import { inLanguage } from '../language.ts'
import { columns, paint } from '../terminal.ts'
import { studyTexts } from '../texts/study.ts'

const proseWidthMax = 100

/** A question as it is shown: the ids of its options or lines in the order in which they stand on the screen. */
export interface Shown {
  readonly question: Question
  readonly ids: readonly string[]
}

/** What stands before an option: `a`, `b`, … for one choice, `1`, `2`, … where an order is asked for. */
function labelOf({ question }: Shown, index: number): string {
  return question.kind === 'choice' ? String.fromCharCode(97 + index) : String(index + 1)
}

/** The ids that can be shown in any order. */
export function idsOf(question: Question): string[] {
  if (question.kind === 'number') return []
  return (question.kind === 'choice' ? question.options : question.lines).map(({ id }) => id)
}

/** The whole question, with how to answer it. */
export function questionLines(shown: Shown, lang: Language): string[] {
  const { question } = shown
  const lines = proseLines(inLanguage(question.ask, lang)).map((line) => paint('bold', line))
  if (question.shows !== undefined) lines.push('', ...question.shows.map((line) => `    ${line}`))
  if (question.kind === 'number') return lines
  lines.push('')
  for (const [index, id] of shown.ids.entries()) {
    const [first = '', ...others] = proseLines(inLanguage(textOf(question, id), lang))
    lines.push(`  ${paint('cyan', labelOf(shown, index))}  ${first}`, ...others.map((line) => `     ${line}`))
  }
  return lines
}

/** Prose in lines that are easily read, also on a wide screen. */
export function proseLines(said: string): string[] {
  return wrap(said, Math.min(columns() - 6, proseWidthMax))
}

/** What to type: `a`, `2 1 3`, or a number. */
export function howToAnswer({ question, ids }: Shown, lang: Language): string {
  if (question.kind === 'choice') {
    const last = String.fromCharCode(96 + ids.length)
    return inLanguage(studyTexts.answerChoice(last), lang)
  }
  if (question.kind === 'number') {
    const unit = question.unit === undefined ? '' : inLanguage(question.unit, lang)
    return inLanguage(studyTexts.answerNumber(unit), lang)
  }
  return inLanguage(question.kind === 'order' ? studyTexts.answerOrder : studyTexts.answerTrace, lang)
}

/** An example of an answer, as a setting takes it. */
export function exampleAnswer({ question, ids }: Shown): string {
  if (question.kind === 'choice') return 'a'
  if (question.kind === 'number') return '12'
  return ids
    .map((_, index) => index + 1)
    .toReversed()
    .join(',')
}

/** Reads what was typed; nothing when it is no answer to this question. */
export function readAnswer(shown: Shown, typed: string): Answer | undefined {
  const said = typed.normalize('NFC').trim().toLowerCase()
  if (shown.question.kind === 'number') return readNumber(said)
  const labels = shown.ids.map((_, index) => labelOf(shown, index))
  if (shown.question.kind === 'choice') return shown.ids[labels.indexOf(said.replace(/[.)]$/, ''))]
  const parts = said.split(/[\s,;>→]+/).filter((part) => part !== '')
  const ids = parts.map((part) => shown.ids[labels.indexOf(part)])
  const isWhole = ids.length > 0 && !ids.includes(undefined) && new Set(ids).size === ids.length
  return isWhole ? ids.filter((id) => id !== undefined) : undefined
}

/** `1,234.5`, `1.234,5`, `99 %`, `0,5 s`: a unit that follows is let pass. */
function readNumber(said: string): number | undefined {
  const [, digits] = /^(-?\d[\d.,]*)\s*(?:%|\p{L}+)?$/u.exec(said) ?? []
  if (digits === undefined) return undefined
  const decimal = /[.,](?=\d{1,2}$)/.exec(digits)?.index
  const whole = (decimal === undefined ? digits : digits.slice(0, decimal)).replace(/[.,]/g, '')
  const value = Number(decimal === undefined ? whole : `${whole}.${digits.slice(decimal + 1)}`)
  return Number.isFinite(value) ? value : undefined
}

function textOf(question: Exclude<Question, { kind: 'number' }>, id: string): { en: string; vi: string } {
  const parts = question.kind === 'choice' ? question.options : question.lines
  return parts.find((part) => part.id === id)?.text ?? { en: id, vi: id }
}
