/** Limits grow with the load, within bounds. */
import { expect, test } from 'vitest'
import { pace, paceMax } from './pace.ts'

test('what a check does by itself lengthens nothing', () => {
  expect(pace(0, 2)).toBe(1)
  expect(pace(4, 2)).toBe(1)
})

test('other work lengthens limits in proportion, up to a bound', () => {
  expect(pace(8, 2)).toBe(2)
  expect(pace(8, 8)).toBe(1)
  expect(pace(500, 2)).toBe(paceMax)
})

test('without figures it asks the computer', () => {
  expect(pace()).toBeGreaterThanOrEqual(1)
  expect(pace()).toBeLessThanOrEqual(paceMax)
})
