/** Tests of ids: well-formed, repeatable, told apart. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededSource } from './fixtures.ts'
import { foreignIdSchema, idSchema, newId, shortId } from './ids.ts'

test('an id is a UUID of version 7 that carries its time', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 2 ** 48 - 1 }), (seed, nowMs) => {
      const { random } = seededSource(seed)
      const id = newId({ clock: { now: () => nowMs }, random })
      expect(idSchema.safeParse(id).success).toBe(true)
      expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(nowMs)
    }),
  )
})

test('the same seed gives the same ids, another seed gives others', () => {
  const five = (seed: number) => {
    const source = seededSource(seed)
    return Array.from({ length: 5 }, () => newId(source))
  }
  expect(five(7)).toEqual(five(7))
  expect(five(7)).not.toEqual(five(8))
})

test('ten thousand ids of one millisecond are ten thousand ids', () => {
  const { random } = seededSource(1)
  const source = { clock: { now: () => 1_784_000_000_000 }, random }
  expect(new Set(Array.from({ length: 10_000 }, () => newId(source))).size).toBe(10_000)
})

test('a clock with fractions of a millisecond is good enough', () => {
  const source = { clock: { now: () => 1_784_000_000_000.75 }, random: { next: () => 0.999 } }
  expect(idSchema.safeParse(newId(source)).success).toBe(true)
})

test('the short form is the last three characters', () => {
  expect(shortId('019c2b1e-7d40-7c3a-9f10-5b2c4d6e8a3f')).toBe('…a3f')
  expect(shortId('7')).toBe('…7')
})

test('our own ids are version 7 in lower case; foreign ids are any text', () => {
  const upper = '019C2B1E-7D40-7C3A-9F10-5B2C4D6E8A3F'
  const version4 = '6f1d2c3b-4a59-4e68-8d7c-0b1a2c3d4e5f'
  expect(idSchema.safeParse(upper).success).toBe(false)
  expect(idSchema.safeParse(version4).success).toBe(false)
  expect(foreignIdSchema.safeParse(version4).success).toBe(true)
  expect(foreignIdSchema.safeParse('').success).toBe(false)
})
