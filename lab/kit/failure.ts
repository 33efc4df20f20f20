/**
 * How a check ends early, and how whatever was thrown becomes a verdict. Three ends only: the subject broke a
 * promise, the run cannot tell, or the check itself is defective, which counts as "cannot tell".
 */
import { text } from '../verdict/language.ts'
import type { Breach, Place, Text, TraceStep } from '../verdict/verdict.ts'

/** The subject did not do what the task asks. Thrown by `lab.hold`, by a deadline on the subject, and for its errors. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken'
  readonly breach: Breach

  constructor(breach: { said: Text; places?: readonly Place[]; trace?: readonly TraceStep[]; messages?: readonly string[] }) {
    super(breach.said.en)
    this.breach = {
      said: breach.said,
      places: [...(breach.places ?? [])],
      trace: [...(breach.trace ?? [])],
      messages: [...(breach.messages ?? [])],
    }
  }
}

/** The lab, the engine or the set-up kept the run from telling. Never the learner's doing. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell'
  readonly said: Text
  readonly enginesThatCan: readonly string[]

  constructor(said: Text, options: { enginesThatCan?: readonly string[]; cause?: unknown } = {}) {
    super(said.en, options.cause === undefined ? {} : { cause: options.cause })
    this.said = said
    this.enginesThatCan = options.enginesThatCan ?? []
  }
}

/** A defect of the check or the lab, said as what it is. */
export function labDefect(error: unknown): CannotTell {
  const what = messageOf(error)
  return new CannotTell(
    text(
      `the check itself failed, your code was not judged: ${what}`,
      `chính bài kiểm tra bị lỗi, code của bạn chưa được đánh giá: ${what}`,
    ),
    { cause: error },
  )
}

/** An error's message, or whatever was thrown, as one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message || error.name : String(error)
  return message.replace(/\s+/g, ' ').trim()
}
