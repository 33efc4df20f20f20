/**
 * A question of a lesson, as data, and what an answer to it is worth. Whatever can be answered wrongly has its own
 * explanation: it says what would have to be true for that answer to be right.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { text } from '../verdict/language.ts'
import { itemIdSchema, type Text, textSchema } from '../verdict/verdict.ts'

const nameSchema = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower case words joined by "-"')

const asked = {
  /** Unique in its lesson. */
  id: nameSchema,
  /** The item that a right answer proves. */
  item: itemIdSchema,
  ask: textSchema,
  /** Code or wire lines that the question is about, shown as they are. */
  shows: z.array(z.string()).optional(),
}

/** One of the answers on offer, or one line of an order. `why` tells why it is right, or what it overlooks. */
const lineSchema = z.strictObject({ id: nameSchema, text: textSchema, why: textSchema })
export type Line = z.infer<typeof lineSchema>

/** One answer of several is right. */
const choiceSchema = z.strictObject({
  kind: z.literal('choice'),
  ...asked,
  options: z.array(lineSchema).min(3),
  /** The id of the right option. */
  answer: nameSchema,
})

const inOrder = {
  ...asked,
  /** `why` of a line that happens says why it comes where it does; of one that never happens, why it doesn't. */
  lines: z.array(lineSchema).min(3),
  /** Ids of the lines that happen, in their order. */
  answer: z.array(nameSchema).min(2),
}

/** All lines are to be put in order. */
const orderSchema = z.strictObject({ kind: z.literal('order'), ...inOrder })

/** Of the lines on offer, those that are seen are to be named in their order: some never come. */
const traceSchema = z.strictObject({ kind: z.literal('trace'), ...inOrder })

/** A number is to be predicted. */
const numberSchema = z.strictObject({
  kind: z.literal('number'),
  ...asked,
  unit: textSchema.optional(),
  answer: z.number(),
  /** How far off an answer may be. */
  within: z.number().nonnegative().default(0),
  /** Why it is this number. */
  why: textSchema,
  /** The numbers that people really answer, each with what it overlooks. */
  near: z.array(z.strictObject({ value: z.number(), why: textSchema })).min(2),
  /** For any other number: where to begin. */
  otherwise: textSchema,
})

/** The schema knows the shapes; `flawsOf` knows what must hold between their parts. */
export const questionSchema = z
  .discriminatedUnion('kind', [choiceSchema, orderSchema, traceSchema, numberSchema])
  .superRefine((question, context) => {
    for (const message of flawsOf(question)) context.addIssue({ code: 'custom', message })
  })
export type Question = z.input<typeof questionSchema>
export type Choice = Extract<Question, { kind: 'choice' }>

/** An answer: an option's id, ids of lines in their order, or a number. */
export type Answer = string | readonly string[] | number

export interface Worth {
  readonly isRight: boolean
  readonly why: Text
}

/** What an answer is worth, and why: of a wrong one, what it overlooks. */
export function worthOf(question: Question, answer: Answer): Worth {
  if (question.kind === 'choice') {
    const chosen = question.options.find(({ id }) => id === answer)
    return { isRight: answer === question.answer, why: chosen?.why ?? notOnOffer }
  }
  if (question.kind === 'number') return worthOfNumber(question, Number(answer))
  return worthOfOrder(question, Array.isArray(answer) ? answer : [String(answer)])
}

const notOnOffer = text(
  'This answer is not among those on offer.',
  'Câu trả lời này không nằm trong các lựa chọn.',
)

function worthOfNumber(question: Extract<Question, { kind: 'number' }>, answer: number): Worth {
  if (Math.abs(answer - question.answer) <= (question.within ?? 0))
    return { isRight: true, why: question.why }
  return {
    isRight: false,
    why: question.near.find(({ value }) => value === answer)?.why ?? question.otherwise,
  }
}

/** The first thing that is wrong counts: a line that never happens, one that is missing, two that change places. */
function worthOfOrder(
  { lines, answer: right }: Extract<Question, { kind: 'order' | 'trace' }>,
  answer: readonly string[],
): Worth {
  const whyOf = (id: string | undefined): Text => lines.find((line) => line.id === id)?.why ?? notOnOffer
  const never = answer.find((id) => !right.includes(id))
  if (never !== undefined) return { isRight: false, why: whyOf(never) }
  const missing = right.find((id) => !answer.includes(id))
  if (missing !== undefined) return { isRight: false, why: whyOf(missing) }
  const misplaced = right.find((id, index) => index > 0 && isBefore(answer, id, right[index - 1] ?? ''))
  if (misplaced !== undefined) return { isRight: false, why: whyOf(misplaced) }
  return { isRight: true, why: whyOf(right.at(-1)) }
}

function isBefore(answer: readonly string[], one: string, other: string): boolean {
  return answer.indexOf(one) < answer.indexOf(other)
}

/** What is asked and which answer is right, as a short hash. Explanations and translations may be mended freely. */
export function hashOf(question: Question): string {
  const parts =
    question.kind === 'choice' ? question.options : question.kind === 'number' ? [] : question.lines
  const asked = [
    question.kind,
    question.item,
    question.ask.en,
    question.shows ?? [],
    parts.map(({ id, text: said }) => [id, said.en]),
    question.answer,
  ]
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex')
}

/** What keeps a question from being answered, one sentence each. */
function flawsOf(question: Question): string[] {
  if (question.kind === 'number') {
    const { answer, within = 0, near } = question
    return near
      .filter(({ value }) => Math.abs(value - answer) <= within)
      .map(({ value }) => `${question.id}: ${value} counts as right and can't be explained as wrong`)
  }
  const parts = question.kind === 'choice' ? question.options : question.lines
  const ids = parts.map(({ id }) => id)
  const answers = question.kind === 'choice' ? [question.answer] : question.answer
  const flaws = [
    ...repeated(ids).map((id) => `${question.id}: "${id}" is there twice`),
    ...repeated(answers).map((id) => `${question.id}: the answer names "${id}" twice`),
    ...answers.filter((id) => !ids.includes(id)).map((id) => `${question.id}: there is no "${id}" to answer`),
    ...repeated(parts.map((part) => part.why.en)).map(
      () => `${question.id}: two answers have one explanation`,
    ),
  ]
  if (question.kind === 'order' && answers.length < ids.length)
    flaws.push(`${question.id}: not every line has its place; where some never happen, it is a trace`)
  if (question.kind === 'trace' && answers.length >= ids.length)
    flaws.push(`${question.id}: every line happens; then it is an order`)
  return flaws
}

function repeated(values: readonly string[]): string[] {
  return values.filter((value, index) => values.indexOf(value) < index)
}
