/**
 * Which question is asked next, and when again: what was missed comes back in the same sitting, what was known comes
 * back later and later. Pure; the time comes in.
 */
import type { Card } from '../state/study.ts'

const dayMs = 86_400_000
/** Days until a question comes again after so many right answers in a row. */
const daysByBox = [0, 1, 3, 7, 21, 60] as const
/** So many other questions stand between a miss and the next try, where there are any. */
const questionsBetween = 3
/** A missed question counts after so many right answers. */
const owedAfterMiss = 2

/** A question of the sitting: its key, and the hash of what it asks. */
export interface Due {
  readonly key: string
  readonly hash: string
}

/** What is known of a question after an answer. */
export function afterAnswer(card: Card | undefined, hash: string, isRight: boolean, now: Date): Card {
  const before = card?.hash === hash ? card : { box: 0, owed: 1, right: 0, wrong: 0 }
  const { right, wrong } = before
  if (!isRight) return { hash, box: 0, owed: owedAfterMiss, due: now.toISOString(), right, wrong: wrong + 1 }
  const owed = Math.max(0, before.owed - 1)
  // What is still owed stays due.
  const box = owed > 0 ? before.box : Math.min(before.box + 1, daysByBox.length - 1)
  const due = new Date(now.getTime() + (owed > 0 ? 0 : (daysByBox[box] ?? 0) * dayMs))
  return { hash, box, owed, due: due.toISOString(), right: right + 1, wrong }
}

/** Whether a question counts as answered right, as it is asked now. */
export function isKnown(card: Card | undefined, hash: string): boolean {
  return card !== undefined && card.hash === hash && card.owed === 0
}

/** The questions to ask in this sitting: those missed, then those never answered, then those due again. */
export function sitting(
  questions: readonly Due[],
  cards: Readonly<Record<string, Card>>,
  now: Date,
  random: () => number,
): Due[] {
  const rank = ({ key, hash }: Due): number => {
    const card = cards[key]
    if (card === undefined || card.hash !== hash) return 1
    if (card.owed > 0) return 0
    return card.due <= now.toISOString() ? 2 : 3
  }
  return shuffled(questions, random)
    .map((question) => ({ question, rank: rank(question) }))
    .filter((each) => each.rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ question }) => question)
}

/** Puts a question that still owes right answers back among those to come. */
export function putBack(rest: readonly Due[], question: Due): Due[] {
  return rest.toSpliced(Math.min(questionsBetween, rest.length), 0, question)
}

/** Another order, the same for the same numbers. */
export function shuffled<Value>(values: readonly Value[], random: () => number): Value[] {
  const mixed = [...values]
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const [one, two] = [mixed[last], mixed[other]]
    if (one === undefined || two === undefined) continue
    mixed[last] = two
    mixed[other] = one
  }
  return mixed
}
