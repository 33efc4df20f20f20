/** The embedded broker answers every probe as the real servers did when they were recorded. */
import { beforeAll, describe, expect, test } from 'vitest'
import { departures, gaps } from '../departures.ts'
import { embeddedTarget } from './embedded-target.ts'
import { isKnownDifference, knownDifferences } from './known-differences.ts'
import type { Replies } from './probe.ts'
import { readRecording, recordedVersions } from './recordings.ts'
import { runTable } from './run-table.ts'
import { table } from './table.ts'

const RUN_MS_MAX = 120_000
const names = [...Object.keys(table.probes), ...Object.keys(table.restarts)]

describe.each(recordedVersions)('profile %s answers as the recorded server', (version) => {
  const recorded = readRecording(version).replies
  let replies: Replies
  beforeAll(async () => {
    await using target = await embeddedTarget(version)
    replies = await runTable(table, target)
  }, RUN_MS_MAX)

  test.each(names)('%s', (name) => {
    if (isKnownDifference(name, version)) expect(replies[name]).not.toEqual(recorded[name])
    else expect(replies[name]).toEqual(recorded[name])
  })
})

test.each(knownDifferences)('$probe differs for a reason that SUPPORTED.md gives', ({ probe, words }) => {
  expect(names).toContain(probe)
  expect([...departures.map((one) => one.words), ...gaps.map((gap) => gap.what)]).toContain(words)
})
