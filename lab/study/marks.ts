/**
 * Marks that a reviewer makes, scored against what was planted: what was found, what was missed, and what was called a fault and is none.
 * Some places may be marked or not, since good reviewers differ there.
 */
import type { Text } from '../verdict/verdict.ts'

/** Where a mark or a fault is: a file or an element, and in a file the lines. */
export interface MarkedPlace {
  readonly where: string
  readonly from?: number
  readonly to?: number
}

export interface Planted {
  readonly id: string
  readonly kind: string
  /** Any of them says that it was seen. */
  readonly places: readonly MarkedPlace[]
  /** What a reviewer who missed it may ask; it does not name the fault. */
  readonly asks: Text
  /** What would happen. */
  readonly why: Text
}

/** A change that looks like a fault and is none, with the reason; or, without one, what may be marked or not. */
export interface LetPass {
  readonly place: MarkedPlace
  readonly why?: Text
}

export interface ReviewKey {
  readonly planted: readonly Planted[]
  readonly letPass: readonly LetPass[]
}

export interface Mark {
  readonly where: string
  readonly line?: number
  readonly kind: string
  readonly why: string
}

export interface Score {
  readonly found: readonly Planted[]
  readonly missed: readonly Planted[]
  /** Marked as the wrong kind: the place was seen and the trouble not named. */
  readonly misnamed: readonly { readonly planted: Planted; readonly mark: Mark }[]
  readonly falseAlarms: readonly { readonly mark: Mark; readonly why: Text | undefined }[]
  /** Share of the marks that are right; 1 when there are none. */
  readonly precision: number
  readonly recall: number
}

/** A reviewer may point at the line above or below. */
const nearLines = 1

export function scoreMarks(marks: readonly Mark[], { planted, letPass }: ReviewKey): Score {
  const found = foundBy(marks, planted)
  const missed = planted.filter((fault) => !found.includes(fault))
  const isHit = (mark: Mark): boolean =>
    planted.some((fault) => fault.kind === mark.kind && isAt(mark, fault.places))
  const strays = marks.filter((mark) => !isHit(mark))
  const misnamed = strays.flatMap((mark) => {
    const fault = missed.find((each) => isAt(mark, each.places))
    return fault === undefined ? [] : [{ planted: fault, mark }]
  })
  const falseAlarms = strays
    .filter((mark) => !planted.some((fault) => isAt(mark, fault.places)))
    // A remark on the very line of something sound is one; two lines off nobody knows what it is about.
    .map((mark) => ({ mark, pass: letPass.find(({ place }) => isAt(mark, [place])) }))
    .filter(({ pass }) => pass === undefined || pass.why !== undefined)
    .map(({ mark, pass }) => ({ mark, why: pass?.why }))
  const right = marks.length - falseAlarms.length
  return {
    found,
    missed,
    misnamed,
    falseAlarms,
    precision: marks.length === 0 ? 1 : right / marks.length,
    recall: planted.length === 0 ? 1 : found.length / planted.length,
  }
}

/** A mark stands for one fault: the one on whose lines it is, before one that is only near. */
function foundBy(marks: readonly Mark[], planted: readonly Planted[]): Planted[] {
  const free = new Set(marks)
  const found = new Set<Planted>()
  for (const near of [0, nearLines]) {
    for (const fault of planted) {
      if (found.has(fault)) continue
      const mark = [...free].find((each) => each.kind === fault.kind && isAt(each, fault.places, near))
      if (mark === undefined) continue
      free.delete(mark)
      found.add(fault)
    }
  }
  return planted.filter((fault) => found.has(fault))
}

function isAt({ where, line }: Mark, places: readonly MarkedPlace[], near = nearLines): boolean {
  return places.some(
    (place) =>
      place.where === where &&
      (place.from === undefined ||
        (line !== undefined && line >= place.from - near && line <= (place.to ?? place.from) + near)),
  )
}
