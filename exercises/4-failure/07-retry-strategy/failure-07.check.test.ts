/** The checks of failure-07. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { comparison, rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'failure-07.1 the wait before each retry grows exponentially, and permanent errors are not retried',
  promises.growsAndGivesUp,
  scenarios.retried,
)
test(
  'failure-07.2 initial delay, maximum delay and multiplier are settings, and no wait exceeds the maximum',
  promises.neverTooLong,
  scenarios.bounded,
)
test(
  'failure-07.3 jitter spreads clients that failed together, stays within the bounds, and repeats for the same seed',
  promises.spreadsTheHerd,
  scenarios.jittered,
)
test(
  'failure-07.4 on an injected clock every attempt comes when it is due, and none after the deadline',
  promises.comesWhenDue,
  scenarios.timed,
)
documentTest(
  'failure-07.6 a comparison sets different retry strategies side by side, with and without jitter, each with figures',
  promises.comparisonIsWritten,
  comparison,
)
documentTest(
  'failure-07.7 NOTES.md says which strategy you use, how long it waits in total, and when it gives up',
  promises.notesAreWritten,
  rules,
)
