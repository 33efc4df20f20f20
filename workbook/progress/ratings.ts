/** What the learner says of themselves, beside what they have proven: four ratings of one to ten, and the confidence for week 8. */
import type { Text } from '#lab/verdict'
import type { Fold } from './fold.ts'

/** One thing that is rated. */
export interface Rated {
  /** The setting of the command, and the name of the figure. */
  readonly name: 'understanding' | 'design' | 'failures' | 'consistency' | 'confidence'
  readonly item: string
  readonly task: string
  readonly ask: Text
  /** Parts of the checklist that say something about it. */
  readonly parts: readonly string[]
}

export const ratings: readonly Rated[] = [
  {
    name: 'understanding',
    item: 'review-01.6',
    task: 'review-01',
    ask: { en: 'How well do you understand message queues?', vi: 'Bạn hiểu message queue tới đâu?' },
    parts: ['study', 'mq'],
  },
  {
    name: 'design',
    item: 'review-01.7',
    task: 'review-01',
    ask: {
      en: 'How good are you at event-driven architecture?',
      vi: 'Kỹ năng của bạn về kiến trúc event-driven tới đâu?',
    },
    parts: ['design'],
  },
  {
    name: 'failures',
    item: 'review-01.8',
    task: 'review-01',
    ask: { en: 'How good are you at handling failures?', vi: 'Bạn xử lý sự cố giỏi tới đâu?' },
    parts: ['failure'],
  },
  {
    name: 'consistency',
    item: 'review-01.9',
    task: 'review-01',
    ask: {
      en: 'How good are you at reasoning about consistency?',
      vi: 'Bạn lập luận về tính nhất quán giỏi tới đâu?',
    },
    parts: ['consistency'],
  },
]

export const confidence: Rated = {
  name: 'confidence',
  item: 'review-07.4',
  task: 'review-07',
  ask: { en: 'How confident are you for week 8?', vi: 'Bạn tự tin cho tuần 8 tới đâu?' },
  parts: ['study', 'design', 'mq', 'failure', 'consistency'],
}

/** A rating beside its evidence. */
export interface Calibration {
  readonly rated: Rated
  /** One to ten; nothing when it was never given. */
  readonly rating: number | undefined
  readonly verified: number
  readonly of: number
  /** How far the rating is above (or below) what is proven, of ten; nothing without a rating or a word to compare with. */
  readonly gap: number | undefined
}

/** Beyond this, the two disagree. */
export const gapMax = 2

export function calibrate(fold: Fold, rated: readonly Rated[]): Calibration[] {
  return rated.map((each) => {
    const rating = ratingOf(fold, each)
    const sums = fold.parts.filter(({ part }) => each.parts.includes(part)).map((part) => part.sums)
    const verified = sums.reduce((all, sum) => all + sum.verified, 0)
    const of = sums.reduce((all, sum) => all + sum.total, 0)
    const gap = rating === undefined || of === 0 ? undefined : rating - (verified / of) * 10
    return { rated: each, rating, verified, of, gap }
  })
}

/** The rating that was recorded last. */
export function ratingOf(fold: Fold, { item, name }: Rated): number | undefined {
  return fold.items.get(item)?.proof?.figures.find((figure) => figure.name === name)?.value
}

/** The parts in which least is proven, with the task that comes next in each. */
export function weakSpots(
  fold: Fold,
  most = 3,
): { readonly part: string; readonly task: string; readonly open: number }[] {
  return fold.parts
    .filter(({ part, sums }) => part !== 'review' && part !== 'final' && sums.total > 0)
    .toSorted((a, b) => a.sums.verified / a.sums.total - b.sums.verified / b.sums.total)
    .flatMap(({ part, tasks, sums }) => {
      const next = tasks.find(({ task, sums: own }) => task.state === 'ready' && own.verified < own.total)
      return next === undefined ? [] : [{ part, task: next.task.id, open: sums.total - sums.verified }]
    })
    .slice(0, most)
}
