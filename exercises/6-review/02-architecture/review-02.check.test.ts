/** The checks of review-02: the learner's architecture, their review of another one, and what they wrote. */
import { claimTest } from '#lab/kit/claim-test'
import { documentTest } from '#lab/kit/document-test'
import * as rules from './notes.rules.ts'
import * as promises from './promises.ts'
import * as attacks from './run.ts'

documentTest(
  'review-02.1 REVIEW.md walks through your design flow by flow and says what it found',
  promises.walksThrough,
  rules.flows,
)
claimTest(
  'review-02.2 every event of your architecture has its envelope, whole minor units, a key, and versions that its readers survive',
  promises.eventsAreSound,
  attacks.linted,
)
claimTest(
  'review-02.2 the review of the sample finds the events that readers can’t rely on',
  promises.findsSchemas,
  attacks.sampled,
)
claimTest(
  'review-02.3 every message of your architecture gets to somebody who reads it, and nothing leads nowhere',
  promises.flowIsWhole,
  attacks.linted,
)
claimTest(
  'review-02.3 the review of the sample finds what leads nowhere',
  promises.findsFlows,
  attacks.sampled,
)
claimTest(
  'review-02.4 every consumer of your architecture has attempts that end, pauses, dead letters behind it, and knows a copy',
  promises.failuresEnd,
  attacks.linted,
)
claimTest(
  'review-02.4 the review of the sample finds what loses, doubles or never ends when something fails',
  promises.findsFailures,
  attacks.sampled,
)
claimTest(
  'review-02.5 every view of your architecture says how old it may be, and no reader relies on more',
  promises.readersGetEnough,
  attacks.linted,
)
claimTest(
  'review-02.5 the review of the sample finds who relies on more than a view promises',
  promises.findsConsistency,
  attacks.sampled,
)
documentTest(
  'review-02.6 REVIEW.md names 3 improvements, each with its problem and the claim or figure that it changes',
  promises.improves,
  rules.improvements,
)
claimTest(
  'review-02.6 each improvement names a claim that a check holds or a figure that was measured, and that would be another then',
  promises.citesWhatChanges,
  attacks.improvementsCited,
)
documentTest(
  'review-02.7 REVIEW.md proposes an optimization with the figure that it would change and what it costs',
  promises.optimizes,
  rules.optimization,
)
claimTest(
  'review-02.7 the optimization names a figure that was measured, and says what it is today',
  promises.citesItsFigure,
  attacks.optimizationCited,
)
documentTest(
  'review-02.8 REVIEW.md compares your design with what the industry does, point by point and with sources',
  promises.compares,
  rules.industry,
)
documentTest(
  'review-02.9 REVIEW.md says what holds, what does not, and what should change first',
  promises.concludes,
  rules.findings,
)
