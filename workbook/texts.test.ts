/** Every text exists in both languages, and the tables name each other rightly. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from './commands/table.ts'
import { settingValues } from './options.ts'
import { helpTexts } from './texts/help.ts'

describe('texts', () => {
  test('explain every word and setting that a command takes', () => {
    for (const row of commands) {
      expect(row.summary, row.name).toBeDefined()
      for (const word of row.words)
        expect(Object.keys(helpTexts.words), `${row.name} ${word}`).toContain(word)
      for (const setting of row.settings) {
        expect(Object.keys(helpTexts.settings)).toContain(setting)
        expect(settingValues(setting)).not.toBe('')
      }
    }
  })

  test('are in Unicode NFC and hold no exclamation mark', async () => {
    const folder = join(import.meta.dirname, 'texts')
    for (const file of readdirSync(folder)) {
      const tables: unknown = await import(join(folder, file))
      for (const said of textsIn(tables)) {
        expect(said, file).toBe(said.normalize('NFC'))
        expect(said, file).not.toContain('!')
        expect(said.trim(), file).not.toBe('undefined')
      }
    }
  })
})

/** Strings of a table; a function of it is called with words that stand for anything. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'function') return textsIn(call(value as (...args: unknown[]) => unknown))
  if (Array.isArray(value)) return value.flatMap(textsIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function call(table: (...args: unknown[]) => unknown): unknown {
  for (const args of [
    ['x', 'x', 'x', 'x'],
    [1, 1, 1, 1],
    ['x', ['y'], ['y']],
    ['x', 2, 3],
    ['x', { en: 'x', vi: 'x' }, 1, 2],
  ]) {
    try {
      return table(...args)
    } catch {
      // Another shape of arguments fits.
    }
  }
  return []
}
