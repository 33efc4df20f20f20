/** The embedded Kafka answers every probe as the real one did when it was recorded. */
import { beforeAll, describe, expect, test } from 'vitest'
import { departures, gaps } from '../departures.ts'
import { embeddedTarget } from './embedded-target.ts'
import { isKnownDifference, knownDifferences } from './known-differences.ts'
import { featureTests, isPending, pendingFeatures } from './pending.ts'
import type { Replies } from './probe.ts'
import { readRecording } from './recordings.ts'
import { runTable } from './run-table.ts'
import { layouts, programsOf, tables } from './table.ts'

const RUN_MS_MAX = 120_000
const recorded = readRecording().replies
const everyGroup = layouts.flatMap((layout) => tables[layout])
const everyName = Object.keys(programsOf(everyGroup))

const ready = layouts
  .map((layout) => ({ layout, programs: programsOf(tables[layout].filter((group) => !isPending(group))) }))
  .filter(({ programs }) => Object.keys(programs).length > 0)

describe.each(ready)('on the layout $layout', ({ layout, programs }) => {
  let replies: Replies
  beforeAll(async () => {
    await using target = await embeddedTarget(layout)
    replies = await runTable(programs, target)
  }, RUN_MS_MAX)

  test.each(Object.keys(programs))('%s', (name) => {
    if (isKnownDifference(name)) expect(replies[name]).not.toEqual(recorded[name])
    else expect(replies[name]).toEqual(recorded[name])
  })
})

test('what was recorded is what is asked', () => {
  expect(Object.keys(recorded).sort()).toEqual(everyName.toSorted())
})

test.each(pendingFeatures)(
  '%s are not there yet; if they are: take them off pendingFeatures',
  async (feature) => {
    expect(await featureTests[feature]()).toBe(false)
  },
)

test.each(knownDifferences)('$probe differs for a reason that SUPPORTED.md gives', ({ probe, words }) => {
  expect(everyName).toContain(probe)
  expect([...departures.map((one) => one.words), ...gaps.map((gap) => gap.what)]).toContain(words)
})
