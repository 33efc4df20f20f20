/** SUPPORTED.md says what the tables say, and the code says what SUPPORTED.md says. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { departures } from './departures.ts'
import { handlers } from './handlers/handlers.ts'
import { printSupported, range } from './supported.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('SUPPORTED.md is what would be printed now; if not: node brokers/kafka/supported.ts', () => {
  expect(read('./SUPPORTED.md')).toBe(printSupported())
})

test.each(departures)('$file states its departure in the same words: $words', ({ file, words }) => {
  const comments = read(`../${file}`)
    .replaceAll(/\n\s*(\/\/|\*)\s?/g, ' ')
    .replaceAll(/\s+/g, ' ')
  expect(comments).toContain(words)
})

test('every handler stands in the order of its key and serves versions that the wire knows', () => {
  const keys = handlers.map(({ message }) => message.key)
  expect(keys).toEqual([...keys].sort((a, b) => a - b))
  for (const { message, versions } of handlers) {
    expect(versions[0]).toBeGreaterThanOrEqual(message.versions[0])
    expect(versions[1]).toBeLessThanOrEqual(message.versions[1])
  }
})

test.each(handlers)(
  "$message.name's file says in its header which versions are served",
  ({ message, versions }) => {
    const kebab = message.name.replaceAll(/(?<!^)([A-Z])/g, '-$1').toLowerCase()
    const file = read(`./handlers/${String(message.key).padStart(2, '0')}-${kebab}.ts`)
    expect(file).toContain(`Served: ${range(versions)}`)
  },
)
