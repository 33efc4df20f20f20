/** The figures that study-11 has from the formulas alone. */
import { expect, test } from 'vitest'
import { makeRandom } from '../actors/random.ts'
import { type StrategyName, strategies } from './strategies.ts'

const backoff = { initialDelayMs: 1000, maxDelayMs: 10_000, multiplier: 2 }
const minuteMs = 60_000

/** When each attempt begins, from 0 on, until `untilMs`. */
function attemptsUntil(untilMs: number, name: StrategyName, random = makeRandom(1)): number[] {
  const beginAt = [0]
  for (let retry = 1, previousMs = backoff.initialDelayMs; ; retry++) {
    previousMs = strategies[name](backoff, retry, random, previousMs)
    const next = (beginAt.at(-1) ?? 0) + previousMs
    if (next > untilMs) return beginAt
    beginAt.push(next)
  }
}

function mean(figures: readonly number[]): number {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length
}

test('the sixth attempt comes at second 5 with a fixed delay and at second 25 with exponential backoff', () => {
  expect(attemptsUntil(minuteMs, 'fixed')[5]).toBe(5000)
  expect(attemptsUntil(minuteMs, 'exponential')[5]).toBe(25_000)
})

test('the first minute of an outage sees 61 attempts with a fixed delay and 9 with exponential backoff', () => {
  expect(attemptsUntil(minuteMs, 'fixed')).toHaveLength(61)
  expect(attemptsUntil(minuteMs, 'exponential')).toHaveLength(9)
})

test('full jitter halves the waits on average: the sixth attempt at second 12.5, about 15 attempts in a minute', () => {
  const random = makeRandom(7)
  const runs = Array.from({ length: 4000 }, () => attemptsUntil(minuteMs, 'full', random))
  expect(mean(runs.map((attempts) => attempts[5] ?? 0)) / 1000).toBeCloseTo(12.5, 0)
  expect(Math.max(...runs.map((attempts) => attempts[5] ?? 0))).toBeLessThanOrEqual(25_000)
  expect(Math.round(mean(runs.map(({ length }) => length)))).toBe(15)
})

test('equal jitter never comes back at once, full jitter may', () => {
  const waits = (name: StrategyName) => {
    const random = makeRandom(7)
    return Array.from({ length: 4000 }, () => strategies[name](backoff, 1, random, backoff.initialDelayMs))
  }
  expect(Math.min(...waits('equal'))).toBeGreaterThanOrEqual(500)
  expect(Math.min(...waits('full'))).toBeLessThan(10)
})
