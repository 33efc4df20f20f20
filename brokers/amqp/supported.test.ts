/** SUPPORTED.md says what the tables say, and the code says what SUPPORTED.md says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { departures } from './departures.ts'
import { printSupported } from './supported.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('SUPPORTED.md is what would be printed now; if not: node brokers/amqp/supported.ts', () => {
  expect(read('./SUPPORTED.md')).toBe(printSupported())
})

test.each(departures)('$file states its departure in the same words: $words', ({ file, words }) => {
  const comments = read(`../${file}`)
    .replaceAll(/\n\s*(\/\/|\*)\s?/g, ' ')
    .replaceAll(/\s+/g, ' ')
  expect(comments).toContain(words)
})
