/** Spans of time, typed and shown. */
import { expect, it } from 'vitest'
import { readSpan, shownSpan } from './span.ts'

it('reads seconds to days, and refuses anything else', () => {
  expect(['90s', '10m', '2h', '3d'].map(readSpan)).toEqual([90_000, 600_000, 7_200_000, 259_200_000])
  expect(['', '10', 'm', '1.5h', '-1m', '1h30m'].map(readSpan)).toEqual(Array(6).fill(undefined))
})

it('shows the largest unit of which there is one', () => {
  expect([0, 59_000, 61_000, 7_300_000, 90_000_000, -5].map((ms) => shownSpan(ms, 'en'))).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '2 h',
    '1 d',
    '0 s',
  ])
  expect(shownSpan(259_200_000, 'vi')).toBe('3 ngày')
})
