/** Two runs held against each other, without brokers. */
import { describe, expect, test } from 'vitest'
import type { Verdict } from '#lab/verdict'
import { compareVerdicts, parityPage } from './compare.ts'

const judged = { promise: { en: 'it holds', vi: 'nó giữ' }, ms: 1 }
const passed = (item: string): Verdict => ({ outcome: 'passed', item, ...judged, figures: [] })
const failed = (item: string): Verdict => ({
  outcome: 'failed',
  item,
  ...judged,
  breach: { said: { en: 'it was lost', vi: 'bị mất' }, trace: [], places: [], messages: [] },
})
const inconclusive = (item: string): Verdict => ({
  outcome: 'inconclusive',
  item,
  ...judged,
  cause: { en: 'no virtual time', vi: 'không có' },
  enginesThatCan: ['embedded'],
})
const because = 'an hour passes'
const exceptions = { 'mq-04.3': { real: 'inconclusive', because } } as const

describe('two runs', () => {
  test('that end alike are well', () => {
    expect(compareVerdicts([passed('mq-04.1')], [passed('mq-04.1')], exceptions)).toEqual([
      { item: 'mq-04.1', embedded: 'passed', real: 'passed' },
    ])
  })

  test.each([
    ['a check that fails on the real broker', [passed('mq-04.1')], [failed('mq-04.1')], 'real: it was lost'],
    ['one that could not tell', [passed('mq-04.1')], [inconclusive('mq-04.1')], 'real: no virtual time'],
    ['one that did not run', [passed('mq-04.1')], [], 'the real broker has no verdict'],
    ['one that fails on the embedded one', [failed('mq-04.1')], [passed('mq-04.1')], 'embedded: it was lost'],
  ])('are not, with %s', (_, embedded, real, wrong) => {
    expect(compareVerdicts(embedded, real, exceptions)).toMatchObject([{ wrong }])
  })

  test('may differ where a row says so', () => {
    const [compared] = compareVerdicts([passed('mq-04.3')], [inconclusive('mq-04.3')], exceptions)
    expect(compared).toMatchObject({ because })
    expect(compared?.wrong).toBeUndefined()
  })

  test('refuse a row that is no longer true', () => {
    const [compared] = compareVerdicts([passed('mq-04.3')], [passed('mq-04.3')], exceptions)
    expect(compared?.wrong).toBe(`listed as inconclusive (${because}), and is passed: passed`)
  })
})

test('the page counts, and gives each exception with its reason', () => {
  const compared = compareVerdicts(
    [passed('mq-04.1'), passed('mq-04.3')],
    [passed('mq-04.1'), inconclusive('mq-04.3')],
    exceptions,
  )
  const run = { seed: 7, node: '24.21.0', date: '2026-11-30' }
  const task = { task: 'mq-04', title: 'Dead letters', servers: ['RabbitMQ 4.0.5'], compared, ...run }
  const page = parityPage({ tasks: [task], missing: ['mq-05'] })
  expect(page).toContain('2 items and experiments: 1 end alike, 1 differ for the reasons below.')
  expect(page).toContain(
    '| mq-04 Dead letters | RabbitMQ 4.0.5 | 2 | 1 | mq-04.3 | 2026-11-30, Node 24.21.0, seed 7 |',
  )
  expect(page).toContain(`| mq-04.3 | passed | inconclusive | ${because} |`)
  expect(page).toContain('Not compared yet: mq-05.')
})
