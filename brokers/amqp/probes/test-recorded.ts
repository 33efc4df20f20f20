/** For tests: holds the embedded broker, in one profile, against what a server of that version answered when it was recorded. */
import { beforeAll, describe, expect, test } from 'vitest'
import { embeddedTarget } from './embedded-target.ts'
import { isKnownDifference } from './known-differences.ts'
import type { Replies } from './probe.ts'
import { type RecordedVersion, readRecording } from './recordings.ts'
import { runTable } from './run-table.ts'
import { table } from './table.ts'

const RUN_MS_MAX = 300_000
/** Probes wait for most of their time: so many brokers share them. */
const BROKERS = 4

export const names = [...Object.keys(table.probes), ...Object.keys(table.restarts)]

/** Registers a test for each probe. */
export function answersAsRecorded(version: RecordedVersion): void {
  describe(`profile ${version} answers as the recorded server`, () => {
    const recorded = readRecording(version).replies
    let replies: Replies
    beforeAll(async () => {
      await using stack = new AsyncDisposableStack()
      const starting = Array.from({ length: BROKERS }, async () => stack.use(await embeddedTarget(version)))
      const [target, ...more] = await Promise.all(starting)
      if (target !== undefined) replies = await runTable(table, target, more)
    }, RUN_MS_MAX)

    test.each(names)('%s', (name) => {
      if (isKnownDifference(name, version)) expect(replies[name]).not.toEqual(recorded[name])
      else expect(replies[name]).toEqual(recorded[name])
    })
  })
}
