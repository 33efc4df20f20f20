/**
 * How a check ends early. Three ends only: the subject broke a promise, the run cannot tell, or the check itself is
 * defective, which counts as "cannot tell".
 */
import { inspect } from 'node:util'
import { text } from '../verdict/language.ts'
import type { Breach, Place, Text, TraceStep } from '../verdict/verdict.ts'

/** The subject did not do what the task asks. Thrown by `lab.hold`, by a deadline on the subject, and for its errors. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken'
  readonly breach: Breach

  constructor(breach: {
    said: Text
    places?: readonly Place[]
    trace?: readonly TraceStep[]
    messages?: readonly string[]
    cause?: unknown
  }) {
    super(breach.said.en, breach.cause === undefined ? {} : { cause: breach.cause })
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
  return new CannotTell(text(`the check itself failed: ${what}`, `chính bài kiểm tra bị lỗi: ${what}`), {
    cause: error,
  })
}

/** An error's message, or whatever was thrown, as one line. */
export function messageOf(error: unknown): string {
  return said(error).replace(/\s+/g, ' ').trim()
}

function said(error: unknown): string {
  if (typeof error === 'string') return error
  if (!(error instanceof Error)) return inspect(error, { depth: 1 })
  if (error.message !== '') return String(error.message)
  // A connection that is refused on every address of a name: the message is in what it gathered.
  if (error instanceof AggregateError && error.errors.length > 0) return said(error.errors[0])
  return error.name
}
