/** The registry holds what the brief asks for, whole, in both languages, and in agreement with the folders. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { itemIdSchema, type Text } from '#lab/verdict'
import { computedFrom } from '../progress/fold.ts'
import { programRoot } from '../root.ts'
import { briefItems } from './brief-ids.ts'
import { parts, tasks } from './registry.ts'

const items = tasks.flatMap((task) => task.items)
const titles: readonly { id: string; text: Text }[] = [...parts, ...tasks].map(({ id, title }) => {
  return { id, text: title }
})
const texts = [...titles, ...items]
const planned = tasks.filter(({ state }) => state === 'planned')
const ready = tasks.filter(({ state }) => state === 'ready')

describe('against the brief', () => {
  test('has each of the 387 items once, in the order of the brief', () => {
    expect(items.map(({ id }) => id)).toEqual(briefItems.map(({ id }) => id))
    expect(items).toHaveLength(387)
  })

  test('proves each item in the way that was decided', () => {
    const without = briefItems.filter(({ id, kind }) => {
      const found = items.find((item) => item.id === id)
      // A proof may be made stronger, by a second kind; never weaker.
      return found === undefined || !found.evidence.includes(kind)
    })
    expect(without).toEqual([])
    const claims = items.filter(({ evidence }) => evidence.includes('claim')).map(({ id }) => id)
    expect(claims).toEqual(briefItems.filter(({ kind }) => kind === 'claim').map(({ id }) => id))
  })

  test('has 50 tasks, each in its part, with its own items', () => {
    expect(tasks).toHaveLength(50)
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(50)
    for (const task of tasks) {
      expect(task.id === task.part || task.id.startsWith(`${task.part}-`), task.id).toBe(true)
      for (const [index, { id }] of task.items.entries()) expect(id).toBe(`${task.id}.${index + 1}`)
    }
    expect(parts.map(({ id }) => id)).toEqual([...new Set(tasks.map(({ part }) => part))])
  })

  test('has ids that every event and verdict accepts', () => {
    for (const { id } of items) expect(itemIdSchema.safeParse(id).success, id).toBe(true)
  })
})

describe('texts', () => {
  test('are there in both languages, composed, trimmed and on one line', () => {
    for (const { id, text: both } of texts) {
      for (const text of [both.en, both.vi]) {
        expect(text, id).not.toBe('')
        expect(text, id).toBe(text.normalize('NFC').trim())
        expect(text, id).not.toMatch(/[\n\r\t]| {2}/)
      }
    }
  })

  test('of an item differ between the languages', () => {
    for (const { id, text } of items) expect(text.vi, id).not.toBe(text.en)
  })

  test('say something else for each item of a section', () => {
    for (const { id, items: own } of tasks) {
      for (const lang of ['en', 'vi'] as const) {
        const said = new Set(own.map(({ text }) => text[lang].toLowerCase()))
        expect(said.size, `${id} ${lang}`).toBe(own.length)
      }
    }
  })

  test('leave the marks of a proof to CHECKLIST.md', () => {
    for (const { id, text } of texts) expect(text.en + text.vi, id).not.toMatch(/[✓↻]/)
  })
})

describe('the path', () => {
  test('gives each task a position of its own, 1 to 50', () => {
    const positions = tasks.map(({ path }) => path).sort((a, b) => a - b)
    expect(positions).toEqual(tasks.map((_, index) => index + 1))
  })

  test('has what a task needs before it', () => {
    const positions = new Map(tasks.map(({ id, path }) => [id, path]))
    for (const { id, needs, path } of tasks) {
      for (const needed of needs) expect(positions.get(needed), `${id} needs ${needed}`).toBeLessThan(path)
    }
  })

  test('begins with doing', () => {
    expect(tasks.find(({ path }) => path === 1)?.id).toBe('mq-01')
  })
})

describe('folders', () => {
  test('are one per task', () => {
    const shape = /^(?:exercises\/\d-[a-z]+(?:\/\d\d-[a-z0-9-]+)?|designs\/\d\d-[a-z0-9-]+)$/
    expect(new Set(tasks.map(({ folder }) => folder)).size).toBe(50)
    for (const { id, folder } of tasks) expect(folder, id).toMatch(shape)
  })

  test.each(planned)('$id is planned: nothing is promised and nothing stands there', (task) => {
    expect(task.files).toEqual([])
    expect(isEmpty(join(programRoot, task.folder)), task.folder).toBe(true)
  })

  // The starters under solutions/ count: what stands in exercises/ is the learner's to change.
  test.each(ready)('$id is ready: its files have a starter', (task) => {
    // What is computed alone has nothing to write.
    const isWritten = task.items.some(({ evidence }) =>
      evidence.some((kind) => kind !== 'computed' && kind !== 'question'),
    )
    expect(task.files.length > 0).toBe(isWritten)
    const solution = join('solutions', task.folder.replace(/^exercises\//, ''), 'starter')
    const paths = task.files.map((file) => join(solution, file))
    expect(paths.filter((path) => !existsSync(join(programRoot, path)))).toEqual([])
  })

  test('name starters that pass only among the items of their task', () => {
    for (const { id, starterPasses, items: own } of tasks) {
      for (const { item, why } of starterPasses) {
        const known = own.map((each) => each.id)
        expect(known, id).toContain(item)
        expect(why.length, item).toBeGreaterThan(10)
      }
    }
  })
})

test('computed items are folded from parts and tasks that exist', () => {
  const computed = new Set(items.filter(({ evidence }) => evidence.includes('computed')).map(({ id }) => id))
  for (const [id, from] of Object.entries(computedFrom)) {
    expect(computed.has(id), id).toBe(true)
    if ('items' in from) for (const input of from.items) expect(items.map((item) => item.id)).toContain(input)
    else if ('part' in from) expect(parts.map((part) => part.id)).toContain(from.part)
    else expect(tasks.map((task) => task.id)).toContain(from.task)
  }
})

/** git keeps no empty folders, so an empty one is as good as none. */
function isEmpty(folder: string): boolean {
  return !existsSync(folder) || readdirSync(folder).length === 0
}
