/** The herd, and the strategies against those of a library that many services run. */
import {
  decorrelatedJitterGenerator,
  ExponentialBackoff,
  fullJitterGenerator,
  halfJitterGenerator,
  noJitterGenerator,
} from 'cockatiel'
import { describe, expect, it } from 'vitest'
import { makeRandom } from '../actors/random.ts'
import { simulateHerd } from './herd.ts'
import { type StrategyName, strategies } from './strategies.ts'

const backoff = { initialDelayMs: 100, maxDelayMs: 5000, multiplier: 2 }
const options = { clients: 1000, attemptsMax: 1000, backoff, slotMs: 10, callsPerSlot: 5 }
const herd = (name: StrategyName) => simulateHerd(strategies[name], makeRandom(7), options)

describe('the herd', () => {
  it('comes back as one when nobody draws lots, and every client succeeds in the end', () => {
    expect(herd('exponential').peak).toBe(options.clients)
    expect(herd('full').peak).toBeLessThan(options.clients / 3)
    for (const name of Object.keys(strategies) as StrategyName[]) expect(herd(name).gaveUp).toBe(0)
  })

  it('counts each call once', () => {
    const { arrivals, retries } = herd('equal')
    expect(arrivals.reduce((sum, count) => sum + count, 0)).toBe(retries + options.clients)
    expect(retries).toBeGreaterThanOrEqual(options.clients)
  })

  it('gives up after the last attempt', () => {
    const { gaveUp, retries } = simulateHerd(strategies.fixed, makeRandom(7), { ...options, attemptsMax: 3 })
    // Two retries of everybody but those whom the server took.
    expect([gaveUp, retries]).toEqual([990, 1995])
  })

  it('is the same for the same seed', () => {
    expect(herd('decorrelated')).toEqual(herd('decorrelated'))
  })
})

describe('beside cockatiel', () => {
  const draws = 4000
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const theirs = (generator: typeof noJitterGenerator, retry: number) =>
    Array.from({ length: draws }, () => {
      let backing = new ExponentialBackoff({
        initialDelay: 100,
        maxDelay: 5000,
        exponent: 2,
        generator,
      }).next()
      for (let nth = 1; nth < retry; nth += 1) backing = backing.next(undefined)
      return backing.duration
    })
  const ours = (name: StrategyName, retry: number) => {
    const random = makeRandom(3)
    return Array.from({ length: draws }, () => strategies[name](backoff, retry, random, 100))
  }

  it.each([
    ['exponential', noJitterGenerator],
    ['full', fullJitterGenerator],
    ['equal', halfJitterGenerator],
  ] as const)('%s waits as long on average, within the same bounds', (name, generator) => {
    for (const retry of [1, 3, 5, 9]) {
      const [a, b] = [ours(name, retry), theirs(generator, retry)]
      expect(Math.abs(mean(a) - mean(b))).toBeLessThan(0.05 * mean(a))
      expect(Math.max(...a)).toBeLessThanOrEqual(5000)
      expect(Math.abs(Math.min(...a) - Math.min(...b))).toBeLessThan(0.05 * mean(a))
      expect(Math.abs(Math.max(...a) - Math.max(...b))).toBeLessThan(0.05 * mean(a))
    }
  })

  it('has another decorrelated jitter than the simulation of 2015: both stay below the cap, and spread', () => {
    const a = ours('decorrelated', 1)
    const b = Array.from(
      { length: draws },
      () =>
        new ExponentialBackoff({
          initialDelay: 100,
          maxDelay: 5000,
          generator: decorrelatedJitterGenerator,
        }).next().duration,
    )
    for (const values of [a, b]) {
      expect(Math.max(...values)).toBeLessThanOrEqual(5000)
      expect(new Set(values).size).toBeGreaterThan(draws / 2)
    }
    // Ours never waits less than the first delay; theirs may.
    expect(Math.min(...a)).toBeGreaterThanOrEqual(100)
    expect(Math.min(...b)).toBeLessThan(100)
  })
})
