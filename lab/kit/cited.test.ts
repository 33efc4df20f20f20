/** What counts as a citation of a claim or of a figure, and which of them are there. */
import { describe, expect, test } from 'vitest'
import type { KeptFigure } from '../measure/results.ts'
import { citable, citationsIn } from './cited.ts'

const known = {
  claims: new Set(['design-05.3']),
  figures: new Map([['mq-02:burst-throughput', { name: 'burst-throughput', value: 1200 } as KeptFigure]]),
}
const shownIn = (prose: string) => citationsIn(prose, known).map(({ as, isKnown }) => `${as} ${isKnown}`)

describe('a citation', () => {
  test('is the item of a claim, or a task with the name of a figure', () => {
    expect(shownIn('keeps design-05.3, and mq-02:burst-throughput rises')).toEqual([
      'design-05.3 true',
      'mq-02:burst-throughput true',
    ])
    expect(shownIn('| outbox | `mq-02:burst-throughput`. |')).toEqual(['mq-02:burst-throughput true'])
  })

  test('of what nobody holds or has measured is told as that', () => {
    expect(shownIn('design-05.33 and design-06.3 and mq-02:speed')).toEqual([
      'design-05.33 false',
      'design-06.3 false',
      'mq-02:speed false',
    ])
  })

  test('is no task alone, and no sentence behind one', () => {
    expect(shownIn('design-05 would be better, and mq-02: as before. See mq-02.')).toEqual([])
  })
})

test('the claims of this repository are the items that its checks are named after', () => {
  const { claims } = citable()
  expect([...claims]).toEqual(
    expect.arrayContaining(['design-01.1', 'design-05.6', 'mq-03.8', 'review-02.3']),
  )
  // A rating is nobody's claim but the learner's, and no check holds it.
  expect(claims.has('review-01.6')).toBe(false)
})
