/** The embedded broker answers every probe as the real servers did when they were recorded. */
import { beforeAll, describe, expect, test } from 'vitest'
import { departures, gaps } from '../departures.ts'
import { embeddedTarget } from './embedded-target.ts'
import { isKnownDifference, knownDifferences } from './known-differences.ts'
import type { Replies } from './probe.ts'
import { type RecordedVersion, readRecording, recordedVersions } from './recordings.ts'
import { runTable } from './run-table.ts'
import { table } from './table.ts'

const RUN_MS_MAX = 120_000
/** Probes wait for most of their time: so many brokers of each version share them. */
const BROKERS = 3
const names = [...Object.keys(table.probes), ...Object.keys(table.restarts)]

const replies = new Map<RecordedVersion, Replies>()

beforeAll(async () => {
  await Promise.all(
    recordedVersions.map(async (version) => {
      await using stack = new AsyncDisposableStack()
      const starting = Array.from({ length: BROKERS }, async () => stack.use(await embeddedTarget(version)))
      const [target, ...more] = await Promise.all(starting)
      if (target !== undefined) replies.set(version, await runTable(table, target, more))
    }),
  )
}, RUN_MS_MAX)

describe.each(recordedVersions)('profile %s answers as the recorded server', (version) => {
  const recorded = readRecording(version).replies

  test.each(names)('%s', (name) => {
    const answered = replies.get(version)?.[name]
    if (isKnownDifference(name, version)) expect(answered).not.toEqual(recorded[name])
    else expect(answered).toEqual(recorded[name])
  })
})

test.each(knownDifferences)('$probe differs for a reason that SUPPORTED.md gives', ({ probe, words }) => {
  expect(names).toContain(probe)
  expect([...departures.map((one) => one.words), ...gaps.map((gap) => gap.what)]).toContain(words)
})
