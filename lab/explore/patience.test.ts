/** Patience: who moves is waited for, who stands still or goes round is not. Limits are a hundredth of the real ones here. */
import { expect, test } from 'vitest'
import { comesTrue, withoutAStart } from './patience.ts'

const allowed = (ms: number): number => ms / 100
const hasKafka = false
const never = (): boolean => false

test('a fact that is there is true at once, and one that comes is true when it does', async () => {
  let asked = 0
  const still = { hasKafka, moves: () => 0, isStarting: never, allowed: (ms: number) => ms }

  expect(await comesTrue(() => true, still)).toBe(true)
  expect(await comesTrue(() => Promise.resolve(++asked === 5), still)).toBe(true)
})

test('where nothing moves any more it is given up, and the fact was asked for until then', async () => {
  let asked = 0
  const fact = (): boolean => ++asked < 0

  expect(await comesTrue(fact, { hasKafka, moves: () => 0, isStarting: never, allowed })).toBe(false)
  expect(asked).toBeGreaterThan(1)
})

test('what still moves has longer, and what goes round for ever has not for ever', async () => {
  const began = performance.now()
  let moved = 0

  expect(await comesTrue(never, { hasKafka, moves: () => ++moved, isStarting: never, allowed })).toBe(false)
  expect(performance.now() - began).toBeGreaterThanOrEqual(allowed(20_000))
})

test('a process that is just starting is no standstill', async () => {
  const began = performance.now()

  expect(await comesTrue(never, { hasKafka, moves: () => 0, isStarting: () => true, allowed })).toBe(false)
  expect(performance.now() - began).toBeGreaterThanOrEqual(allowed(20_000))
})

test('time in which a process starts is no time without an answer', async () => {
  // Asked before and at the end of each wait: one starts during the first, another is starting at the end of the second, none in the third.
  const starts = [1, 1, 2, 2, 2, 2, 2]
  const starting = [true, false]
  const asked = { starts: () => starts.shift() ?? 0, isStarting: () => starting.shift() ?? false }
  await withoutAStart(1, asked, new AbortController().signal)

  expect([starts, starting]).toEqual([[], []])
})

test('whoever is answered waits for no start', async () => {
  const answered = new AbortController()
  const waiting = withoutAStart(60_000, { starts: () => 1, isStarting: () => true }, answered.signal)
  answered.abort()

  await expect(waiting).resolves.toBeUndefined()
})
