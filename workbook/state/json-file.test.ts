/** A file of ours is read whole, written whole, or set aside. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from './json-file.ts'

const schema = z.object({ count: z.number().default(0) })
const now = new Date('2026-07-21T09:15:04Z')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mq-json-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('gives defaults where there is no file, and writes what was given', () => {
  const path = join(folder, 'below', 'state.json')

  expect(readJsonFile(path, schema, now)).toEqual({ data: { count: 0 } })
  expect(writeJsonFile(path, { count: 3 })).toBe(true)
  expect(readJsonFile(path, schema, now)).toEqual({ data: { count: 3 } })
  expect(readdirSync(join(folder, 'below'))).toEqual(['state.json'])
})

test.each(['{ "count": ', '{ "count": "three" }', '', 'null'])(
  'sets %j aside under a name with the time',
  (content) => {
    const path = join(folder, 'state.json')
    writeFileSync(path, content)

    const result = readJsonFile(path, schema, now)

    expect(result).toEqual({ data: { count: 0 }, brokenName: 'state.json.broken-2026-07-21T09-15-04' })
    expect(readFileSync(join(folder, 'state.json.broken-2026-07-21T09-15-04'), 'utf8')).toBe(content)
  },
)

test('answers that it could not write', () => {
  writeFileSync(join(folder, 'file'), '')

  expect(writeJsonFile(join(folder, 'file', 'state.json'), {})).toBe(false)
})
