/** Which schedules are tried: all single crashes, an even sample of them, or pairs on top; the seed decides. */
import { describe, expect, it } from 'vitest'
import { makeRandom } from '../actors/random.ts'
import { type Exchanged, showMoment } from './moment.ts'
import { schedulesFor } from './schedule.ts'

const exchanged: Exchanged[] = [1, 2, 3, 4].map((nth) => ({
  from: 'producer',
  to: 'broker',
  what: 'basic.publish',
  nth,
}))
const named = (howMany: number | undefined, seed = 7) =>
  schedulesFor(exchanged, { crash: 'broker', messages: 2, howMany, random: makeRandom(seed) }).map(({ at }) =>
    at.map(showMoment).join(','),
  )

describe('schedules', () => {
  it('are one for each moment, in order, unless told otherwise', () => {
    expect(named(undefined)).toHaveLength(8)
    expect(named(undefined)[0]).toBe('before:producer-broker:basic.publish:1')
    expect(named(8)).toEqual(named(undefined))
  })

  it('are a sample in order where fewer are wanted, the same for the same seed', () => {
    const all = named(undefined)
    expect(named(3)).toHaveLength(3)
    expect(all.filter((one) => named(3).includes(one))).toEqual(named(3))
    expect(named(3)).toEqual(named(3))
    expect(new Set([1, 2, 3, 4, 5].map((seed) => named(3, seed).join())).size).toBeGreaterThan(1)
  })

  it('are distinct pairs beyond the single ones, as long as there are any', () => {
    const more = named(20).slice(8)
    expect(more).toHaveLength(12)
    expect(new Set(more).size).toBe(12)
    expect(more.every((pair) => pair.split(',').length === 2)).toBe(true)
    expect(named(20)).toEqual(named(20))
    // Eight moments have 28 pairs.
    expect(named(1000).length).toBeLessThanOrEqual(8 + 28)
  })
})
