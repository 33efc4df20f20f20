/** Seeded randomness for a subject's world: the same seed gives the same sequence on every computer. */
import type { Random } from '../subject/world.ts'

/**
 * The generator is mulberry32: 32 bits of state, one addition and two multiplications a number. It is known
 * well enough that a failing seed can be replayed in any language; it is no source of secrets.
 *
 * @param seed a whole number; only its low 32 bits count
 */
export function makeRandom(seed: number): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`)
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (min: number, max: number): number => {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || max < min) {
      throw new RangeError(`random.integer wants two whole numbers, the smaller first, not ${min} and ${max}`)
    }
    return min + Math.floor(next() * (max - min + 1))
  }
  return { next, integer }
}
