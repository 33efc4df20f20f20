/** Scores of reviews: found, missed, misnamed, and alarms about nothing. */
import { describe, expect, it } from 'vitest'
import { text } from '../verdict/language.ts'
import { type Mark, type ReviewKey, scoreMarks } from './marks.ts'

const said = text('', '')
const key: ReviewKey = {
  planted: [
    { id: 'early-ack', kind: 'ack', places: [{ where: 'a.ts', from: 10, to: 12 }], asks: said, why: said },
    {
      id: 'swallowed',
      kind: 'errors',
      places: [
        { where: 'a.ts', from: 30 },
        { where: 'b.ts', from: 3 },
      ],
      asks: said,
      why: said,
    },
    { id: 'no-dlq', kind: 'retry', places: [{ where: 'queue work' }], asks: said, why: said },
  ],
  letPass: [
    { place: { where: 'a.ts', from: 20 }, why: text('it is only renamed', 'chỉ đổi tên') },
    { place: { where: 'b.ts', from: 50 } },
  ],
}
const mark = (where: string, line: number | undefined, kind: string): Mark => ({
  where,
  kind,
  why: 'because',
  ...(line === undefined ? {} : { line }),
})

describe('scoreMarks', () => {
  it('finds a fault at any of its places, a line off included', () => {
    const { found, missed, precision, recall } = scoreMarks(
      [mark('a.ts', 13, 'ack'), mark('b.ts', 2, 'errors'), mark('queue work', undefined, 'retry')],
      key,
    )
    expect(found.map(({ id }) => id)).toEqual(['early-ack', 'swallowed', 'no-dlq'])
    expect([missed, precision, recall]).toEqual([[], 1, 1])
  })

  it('finds nothing two lines off, in another file, or under another kind', () => {
    const { found, misnamed } = scoreMarks(
      [mark('a.ts', 14, 'ack'), mark('b.ts', 11, 'ack'), mark('a.ts', 11, 'retry')],
      key,
    )
    expect(found).toEqual([])
    expect(misnamed.map(({ planted }) => planted.id)).toEqual(['early-ack'])
  })

  it('counts an alarm about nothing, with the reason where there is one, and lets pass what may be marked', () => {
    const { falseAlarms, precision } = scoreMarks(
      [
        mark('a.ts', 20, 'ack'),
        mark('c.ts', 1, 'retry'),
        mark('b.ts', 50, 'errors'),
        mark('a.ts', 11, 'ack'),
      ],
      key,
    )
    expect(falseAlarms.map(({ why }) => why?.en)).toEqual(['it is only renamed', undefined])
    expect(precision).toBe(0.5)
  })

  it('calls no marks at all precise, and blind', () => {
    expect(scoreMarks([], key)).toMatchObject({ precision: 1, recall: 0 })
  })
})
