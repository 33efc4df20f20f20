/** What was missed comes back soon and asks for more; what was known comes back later and later. */
import { describe, expect, test } from 'vitest'
import { makeRandom } from '#lab/random'
import type { Card } from '../state/study.ts'
import { afterAnswer, isKnown, putBack, shuffled, sitting } from './repetition.ts'

const now = new Date('2026-07-21T09:00:00Z')
const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000)
const answers = (...given: readonly boolean[]): Card | undefined =>
  given.reduce<Card | undefined>((card, isRight) => afterAnswer(card, 'h', isRight, now), undefined)

describe('a question', () => {
  test.each([
    ['right at once', [true], true],
    ['missed', [false], false],
    ['right after a miss', [false, true], false],
    ['right twice after a miss', [false, true, true], true],
    ['missed after it was known', [true, true, false], false],
  ] as const)('%s', (_name, given, known) => {
    expect(isKnown(answers(...given), 'h')).toBe(known)
  })

  test('comes again after 1, 3, 7, 21 and 60 days', () => {
    const gaps = [1, 2, 3, 4, 5, 6].map((count) => answers(...Array<boolean>(count).fill(true))?.due)

    expect(gaps).toEqual([1, 3, 7, 21, 60, 60].map((count) => days(count).toISOString()))
  })

  test('begins anew when it was changed', () => {
    expect(isKnown(answers(true), 'other')).toBe(false)
    expect(afterAnswer(answers(false), 'other', true, now)).toMatchObject({ owed: 0, wrong: 0 })
  })
})

describe('a sitting', () => {
  const cards = {
    known: answers(true),
    missed: answers(false),
    due: { ...answers(true), due: days(-1).toISOString() },
  } as Record<string, Card>
  const questions = ['known', 'new', 'due', 'missed'].map((key) => ({ key, hash: 'h' }))

  test('asks what was missed, then what is new, then what is due; what is known rests', () => {
    const asked = sitting(questions, cards, now, makeRandom(7).next).map(({ key }) => key)

    expect(asked).toEqual(['missed', 'new', 'due'])
  })

  test('puts a missed question three others later, or at the end', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((key) => ({ key, hash: 'h' }))
    const missed = { key: 'missed', hash: 'h' }
    const rest = [a, b, c, d].filter((each) => each !== undefined)

    expect(putBack(rest, missed).map(({ key }) => key)).toEqual(['a', 'b', 'c', 'missed', 'd'])
    expect(putBack([], missed)).toEqual([missed])
  })

  test('mixes in the same way for the same seed, and loses nothing', () => {
    const values = [1, 2, 3, 4, 5, 6, 7, 8]

    expect(shuffled(values, makeRandom(7).next)).toEqual(shuffled(values, makeRandom(7).next))
    expect(shuffled(values, makeRandom(7).next).toSorted()).toEqual(values)
  })
})
