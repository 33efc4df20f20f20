/** What an exploration leaves behind, the table it becomes, and a table that contradicts it. */
import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../verdict/events.ts'
import {
  coverageOf,
  coverageTable,
  type ExploredEntry,
  entryOf,
  exploredSchema,
  fillCoverage,
  rowsIn,
  saysSo,
} from './coverage.ts'

const schedule = (
  moments: string,
  state: 'planned' | 'held' | 'broken' | 'unreached' | 'inconclusive',
): RunEvent => ({
  kind: 'schedule',
  atMs: 0,
  index: 0,
  of: 3,
  moments,
  state,
})
const explored = (more: object): RunEvent =>
  ({
    kind: 'explored',
    atMs: 0,
    crash: 'subject',
    covered: ['subject', 'broker', 'connection'],
    messages: 3,
    moments: 4,
    schedules: 4,
    held: 2,
    broken: 0,
    unreached: 1,
    inconclusive: 0,
    ms: 1,
    ...more,
  }) as RunEvent
const [a, b, c] = [
  'before:producer-broker:basic.publish:1',
  'after:producer-broker:basic.publish:1',
  'before:producer-broker:tx.commit:1',
] as const
const told = { seed: 7, at: new Date('2026-07-19T08:00:00Z'), code: { 'a.ts': 'x' } }
const entry = (more: Partial<ExploredEntry>): ExploredEntry => ({
  ...{ moments: 4, schedules: 4, held: 4, broken: 0, unreached: 0, inconclusive: 0, seed: 7 },
  ...{ at: '2026-07-19T08:00:00.000Z', tried: 4, untried: [], code: {} },
  covered: ['subject', 'broker', 'connection'],
  ...more,
})

describe('entryOf', () => {
  test('tells the moments that were judged from those that were only planned', () => {
    const events = [
      schedule(a, 'planned'),
      schedule(b, 'planned'),
      schedule(c, 'planned'),
      schedule(`${a},${b}`, 'held'),
    ]
    const ended = [schedule(a, 'held'), schedule(b, 'unreached')]
    const found = entryOf([...events, ...ended, explored({})], told)
    expect(found).toMatchObject({
      crash: 'subject',
      entry: { moments: 4, tried: 1, untried: [b, c], code: { 'a.ts': 'x' } },
    })
    expect(
      exploredSchema.parse({ tasks: { 'mq-02': { subject: found?.entry } } }).tasks['mq-02'],
    ).toBeDefined()
  })

  test('takes a run that broke down, and one that never said what it came to, for none', () => {
    expect(entryOf([schedule(a, 'held')], told)).toBeUndefined()
    expect(entryOf([explored({ schedules: 0 })], told)).toBeUndefined()
  })
})

describe('the table', () => {
  const results = {
    tasks: {
      'mq-02': { subject: entry({}), broker: entry({ moments: 6, tried: 4 }), connection: entry({}) },
      'failure-04': { broker: entry({ covered: ['broker', 'connection'] }) },
      'mq-03': { subject: entry({}), broker: entry({}), connection: entry({}) },
    },
  } as const
  const rows = coverageOf(results)

  test('sums up the kinds of crash of a task, and names what nothing has tried', () => {
    expect(rows.map(({ task, moments, tried, left }) => `${task} ${tried}/${moments} ${left?.en}`)).toEqual([
      'failure-04 4/4 crash=connection',
      'mq-02 12/14 2 of crash=broker',
      'mq-03 12/12 undefined',
    ])
  })

  test('is read as it was printed, in either language, and every contradiction is seen', () => {
    for (const lang of ['en', 'vi'] as const) {
      const written = rowsIn(coverageTable(rows, lang).join('\n'))
      expect(written.map((each, at) => saysSo(each, rows[at] as (typeof rows)[number]))).toEqual([
        true,
        true,
        true,
      ])
    }
    const [, row] = rows
    const [, right] = rowsIn(coverageTable(rows, 'en').join('\n'))
    if (row === undefined || right === undefined) throw new Error('there are three rows')
    for (const wrong of [{ tried: 14 }, { moments: 12 }, { left: 'nothing' }, { crashes: 'subject' }])
      expect(saysSo({ ...right, ...wrong }, row), JSON.stringify(wrong)).toBe(false)
  })

  test('is filled into its section, keeps remarks and words, and is the same when it is filled again', () => {
    const page = '# Review\n\n## Crash points\n\n> What does it say?\n\n## Handling\n\nMine.\n'
    const filled = fillCoverage(page, rows, 'en')
    expect(filled).toContain('> What does it say?\n\n| task ')
    expect(filled).toContain('|\n\n## Handling\n\nMine.\n')
    expect(fillCoverage(filled, rows, 'en')).toBe(filled)
    const remarked = filled.replace(/(failure-04.*crash=connection +\| )/, '$1a cut in the middle')
    expect(rowsIn(fillCoverage(`${remarked}\n`, rows, 'en'))[0]?.remark).toBe('a cut in the middle')
    expect(rowsIn(fillCoverage('# Review', rows, 'vi'))).toHaveLength(3)
    const commented = filled.replace('\n\n## Handling', '\nA word below.\n\n## Handling')
    expect(fillCoverage(commented, rows, 'en')).toContain('A word below.')
  })
})
