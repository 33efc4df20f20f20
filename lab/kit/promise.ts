/**
 * A promise that a subject makes, as data: its text in two languages and the predicate that holds it against what
 * was seen. Checks hold it, the explorer attacks it, the live run narrates it: one promise, one wording.
 */
import type { Figure, Text, TraceStep } from '../verdict/verdict.ts'

/** Where in a subject's file to look: the line of a call or a word in it. The lab turns it into a line number. */
export interface Spot {
  readonly file: string
  /** Text to look for outside comments, such as `assertQueue(`. The first that occurs wins. */
  readonly near?: readonly string[]
}

/** What a predicate answers. */
export type Judgement =
  | { readonly held: readonly Figure[] }
  | {
      readonly broken: Text
      readonly at: readonly Spot[]
      readonly trace: readonly TraceStep[]
      readonly messages: readonly string[]
    }

/** One promise, judged on facts of type `Facts`. */
export interface Promised<Facts> {
  /** The checklist item it stands for. */
  readonly item: string
  /** The promise as a sentence, subject first, as it reads when it holds. */
  readonly text: Text
  readonly judge: (facts: Facts) => Judgement
}

/** @throws Error when a test is not called what it stands for: the item and the promise's English sentence */
export function mustStandFor(promise: Pick<Promised<never>, 'item' | 'text'>, testName: string): void {
  const expected = `${promise.item} ${promise.text.en}`
  if (testName === expected) return
  throw new Error(`the test "${testName}" stands for the promise "${expected}": use its words as the name`)
}

/**
 * The promise held. `witnesses` are the counts it rests on (messages delivered, kills survived): each must be above
 * zero, for a pass that saw nothing is a defect of the check, and the lab refuses it as one.
 */
export function held(...witnesses: readonly Figure[]): Judgement {
  return { held: witnesses }
}

/** The promise broke: what was seen in one sentence, where to look, and the shortest trace that shows it. */
export function broken(
  said: Text,
  more: {
    readonly at?: readonly Spot[]
    readonly trace?: readonly TraceStep[]
    readonly messages?: readonly string[]
  } = {},
): Judgement {
  return { broken: said, at: more.at ?? [], trace: more.trace ?? [], messages: more.messages ?? [] }
}

/** A count that a verdict rests on. `said` is the phrase shown after a pass: "survived 1 SIGKILL of the broker". */
export function witness(name: string, value: number, said?: Text): Figure {
  return { name, value, unit: 'count', ...(said === undefined ? {} : { said }) }
}
