/** The pages' words: both languages, in the form in which they are compared and cut, and no louder than the terminal's. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Text, textSchema } from '#lab/verdict'

const folder = join(import.meta.dirname, 'texts')

/** Every text in a table, those in tables of tables too; texts that are made of numbers are tried with some. */
function textsIn(value: unknown): Text[] {
  if (typeof value === 'function') return textsIn((value as (...args: number[]) => unknown)(3, 7))
  if (typeof value !== 'object' || value === null) return []
  const parsed = textSchema.safeParse(value)
  return parsed.success ? [parsed.data] : Object.values(value).flatMap(textsIn)
}

it.each(readdirSync(folder))('%s says everything in both languages', async (file) => {
  const texts = textsIn(await import(join(folder, file)))
  expect(texts.length).toBeGreaterThan(5)
  for (const { en, vi } of texts) {
    expect(vi).toBe(vi.normalize('NFC'))
    expect(`${en}${vi}`).not.toMatch(/!|undefined|NaN/)
  }
})
