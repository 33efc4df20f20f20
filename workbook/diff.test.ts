/** The difference of two texts, put together again. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffHunks, diffLines } from './diff.ts'

describe('diff', () => {
  test('keeps what is common and marks the rest', () => {
    const lines = diffLines('a\nb\nc\n', 'a\nx\nc\nd\n').map(({ kind, text }) => `${kind} ${text}`)

    expect(lines).toEqual(['same a', 'removed b', 'added x', 'same c', 'added d'])
  })

  test('gives both texts back', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before.join('\n'), after.join('\n'))
        const without = (kind: string) => lines.filter((line) => line.kind !== kind).map((line) => line.text)
        expect(without('added')).toEqual(before)
        expect(without('removed')).toEqual(after)
      }),
    )
  })

  test('shows only the changed places, with the right line numbers', () => {
    const before = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)
    const after = before.with(4, 'changed 5').with(24, 'changed 25')

    const hunks = diffHunks(before.join('\n'), after.join('\n'), 2)

    expect(hunks.map(({ oldStart, newStart, lines }) => [oldStart, newStart, lines.length])).toEqual([
      [3, 3, 6],
      [23, 23, 6],
    ])
  })

  test('has nothing to show for equal texts', () => {
    expect(diffHunks('a\nb\n', 'a\nb')).toEqual([])
  })
})
