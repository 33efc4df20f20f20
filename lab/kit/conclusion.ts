/** How whatever a scenario threw becomes a conclusion: the subject's errors fail, everything else cannot tell. */
import { ActorFailed } from '../actors/failures.ts'
import { text } from '../verdict/language.ts'
import type { Breach, Figure, Text } from '../verdict/verdict.ts'
import { CannotTell, labDefect, messageOf, PromiseBroken } from './failure.ts'
import type { Lab } from './lab.ts'
import type { SubjectUnderTest } from './subject-under-test.ts'

export type Conclusion =
  | { outcome: 'passed'; figures: Figure[] }
  | { outcome: 'failed'; breach: Breach }
  | { outcome: 'inconclusive'; cause: Text; enginesThatCan: string[] }

/** Whatever was thrown, as a conclusion: the subject's errors fail, everything else cannot tell. */
export function conclude(error: unknown, lab?: { readonly subject: SubjectUnderTest }): Conclusion {
  if (error instanceof PromiseBroken) return { outcome: 'failed', breach: error.breach }
  if (error instanceof CannotTell) {
    return { outcome: 'inconclusive', cause: error.said, enginesThatCan: [...error.enginesThatCan] }
  }
  if (error instanceof ActorFailed && error.stage === 'stop') return conclude(neverStopped(error, lab))
  const place = lab?.subject.placeIn(error)
  if (place !== undefined) {
    const what = messageOf(error)
    const said = text(`your code threw: ${what}`, `code của bạn ném lỗi: ${what}`)
    return { outcome: 'failed', breach: { said, places: [place], trace: [], messages: [] } }
  }
  return conclude(labDefect(error))
}

/** A process that does not end when it is asked to is the subject's doing. */
function neverStopped(
  { error, place }: ActorFailed,
  lab?: { readonly subject: SubjectUnderTest },
): PromiseBroken {
  const what = messageOf(error)
  const found = place === undefined ? undefined : lab?.subject.placeAt(place)
  return new PromiseBroken({
    said: text(
      `your process was asked to stop, and did not do it well: ${what}`,
      `process của bạn được yêu cầu dừng mà dừng không êm: ${what}`,
    ),
    places: found === undefined ? [] : [found],
    cause: error,
  })
}

/** Throws the first error that the subject let loose, if there is any. */
export function throwStray(lab: Lab): void {
  const [stray] = lab.strayErrors
  if (stray !== undefined) throw strayBroken(lab, stray)
}

/** An error nobody awaited explains a missing fact better than the missing fact itself. */
export function preferStray(lab: Lab, error: unknown): unknown {
  const [stray] = lab.strayErrors
  return stray !== undefined && !(error instanceof CannotTell) ? strayBroken(lab, stray) : error
}

function strayBroken(lab: Lab, stray: unknown): PromiseBroken {
  const what = messageOf(stray)
  const place = lab.subject.placeIn(stray)
  return new PromiseBroken({
    said: text(
      `an error got away that nothing in your code waits for; it would end the process: ${what}`,
      `có một lỗi không được await, cũng không ai bắt, đủ để làm process chết: ${what}`,
    ),
    places: place === undefined ? [] : [place],
  })
}
