/** The embedded broker answers every probe as RabbitMQ 4.0 did when it was recorded. The older one: probes.whole.test.ts. */
import { expect, test } from 'vitest'
import { departures, gaps } from '../departures.ts'
import { knownDifferences } from './known-differences.ts'
import { answersAsRecorded, names } from './test-recorded.ts'

answersAsRecorded('4.0')

test.each(knownDifferences)('$probe differs for a reason that SUPPORTED.md gives', ({ probe, words }) => {
  expect(names).toContain(probe)
  expect([...departures.map((one) => one.words), ...gaps.map((gap) => gap.what)]).toContain(words)
})
