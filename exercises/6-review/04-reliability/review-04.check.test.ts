/** The checks of review-04: the table of failure modes, a new handling under its fault, and what was written. */
import { claimTest } from '#lab/kit/claim-test'
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import * as rules from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

claimTest(
  'review-04.1 modes.ts has every failure scenario of the week, with the item that shows it and the moments that were tried and not tried',
  promises.recordsEveryScenario,
  scenarios.read,
)
claimTest(
  'review-04.1 RELIABILITY.md lists for each task the moments at which your code was crashed and the ones that nothing has tried, as the explorer found them',
  promises.listsCrashPoints,
  scenarios.covered,
)
claimTest(
  'review-04.2 in each scenario nothing acknowledged is lost and nothing is booked twice, and modes.ts says what makes it so',
  promises.losesAndDoublesNothing,
  scenarios.read,
)
documentTest(
  'review-04.3 RELIABILITY.md lists the failure modes that remain, each with how likely it is and what it would cost',
  promises.listsWhatRemains,
  rules.remaining,
)
documentTest(
  'review-04.4 RELIABILITY.md says for each remaining mode how it is noticed, contained and repaired',
  promises.designsHandling,
  rules.handling,
)
test(
  'review-04.5 a consumer whose queue is deleted declares, binds and consumes again by itself, once, with pauses, for as long as it takes',
  promises.comesBack,
  scenarios.cancelled,
)
documentTest(
  'review-04.6 RELIABILITY.md says what your system survives, what it does not, and how you know',
  promises.saysWhatSurvives,
  rules.survives,
)
