/**
 * Questions that are answered in sentences, in two versions: a first one from memory, and a second one beside it for the answers that
 * missed something. Read point by point; the model answer is for afterwards, and may not be copied.
 */
import { z } from 'zod'
import { proseOf, wordsOf } from '../kit/document.ts'
import {
  coverageOf,
  type PointCoverage,
  type RubricPoint,
  type RubricSection,
  type WrongStatement,
  wrongStatementsIn,
} from '../kit/rubric.ts'
import { itemIdSchema, type Text, textSchema } from '../verdict/verdict.ts'

export interface WrittenQuestion {
  /** The item that a whole answer proves. */
  readonly item: string
  /** Heading of the answer in both versions. */
  readonly heading: Text
  readonly ask: Text
  /** Fewer words are no attempt. */
  readonly wordsMin: number
  readonly points: readonly RubricPoint[]
  readonly wrong: readonly WrongStatement[]
  /** A model answer, shown after an attempt. */
  readonly reference: Text
}

/** The questions of a task, and the files in which they are answered. */
export interface WrittenTask {
  readonly first: string
  readonly second: string
  readonly questions: readonly WrittenQuestion[]
}

const wordGroups = z.array(z.array(z.string().min(1)).min(1)).min(1)

export const writtenQuestionSchema = z.strictObject({
  item: itemIdSchema,
  heading: textSchema,
  ask: textSchema,
  wordsMin: z.number().int().positive(),
  points: z.array(z.strictObject({ asks: textSchema, needs: wordGroups })).min(1),
  wrong: z.array(z.strictObject({ says: wordGroups, isDenied: z.literal(true).optional(), why: textSchema })),
  reference: textSchema,
})

export const writtenTaskSchema = z.strictObject({
  first: z.string(),
  second: z.string(),
  questions: z.array(writtenQuestionSchema).min(1),
})

/** Both versions of a task's answers, as Markdown. */
export interface Versions {
  readonly first: string
  readonly second: string
}

/** What one version says in answer to a question. */
export interface AnswerRead {
  readonly prose: string
  readonly words: number
  readonly isAttempt: boolean
  readonly points: readonly PointCoverage[]
  /** What it says that is not so. */
  readonly wrong: readonly Text[]
  readonly isWhole: boolean
}

/** Half of an answer is an attempt: who writes a word to see the model answer learns nothing. */
const attemptShare = 0.5

/** From so many words on an answer counts as tried. */
export function attemptWords({ wordsMin }: WrittenQuestion): number {
  return Math.ceil(wordsMin * attemptShare)
}

/** The section by which an answer is read. */
export function sectionOf({ heading, ask, wordsMin, points, wrong }: WrittenQuestion): RubricSection {
  return { heading, ask, wordsMin, points, wrong }
}

/** Reads the answer to one question in one version. */
export function readAnswerTo(question: WrittenQuestion, markdown: string): AnswerRead {
  const prose = proseOf(markdown, question.heading) ?? ''
  const words = wordsOf(prose).length
  const section = sectionOf(question)
  const points = coverageOf(prose, section)
  const wrong = wrongStatementsIn(prose, section)
  return {
    prose,
    words,
    isAttempt: words >= attemptWords(question),
    points,
    wrong,
    isWhole: words >= question.wordsMin && wrong.length === 0 && points.every(({ isMade }) => isMade),
  }
}

/** The version that counts for a question: the second as soon as it says anything. */
export function versionOf(question: WrittenQuestion, { first, second }: Versions): 'first' | 'second' {
  const improved = proseOf(second, question.heading)
  if (improved !== undefined && wordsOf(improved).length > 0) return 'second'
  return proseOf(first, question.heading) === undefined && improved !== undefined ? 'second' : 'first'
}
