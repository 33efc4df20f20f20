/** The checks of review-03: the review of three pull requests, a refactoring, and what was written down. */
import { claimTest } from '#lab/kit/claim-test'
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import * as rules from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

claimTest(
  'review-03.1 every mark of the review has its reason, and what is sound in the three pull requests is let pass',
  promises.letsPass,
  scenarios.scored,
)
claimTest(
  'review-03.2 the review finds every error that is swallowed in the three pull requests',
  promises.findsErrors,
  scenarios.scored,
)
claimTest(
  'review-03.3 the review finds every retry without an end, a pause or a reason',
  promises.findsRetries,
  scenarios.scored,
)
claimTest(
  'review-03.4 the review finds every place where a message that comes twice counts twice, or two count as one',
  promises.findsIdempotency,
  scenarios.scored,
)
claimTest(
  'review-03.5 the review finds every ack and offset commit that comes before the effect or speaks for others',
  promises.findsAcks,
  scenarios.scored,
)
claimTest(
  'review-03.6 the review finds where stored events, state and published events come apart',
  promises.findsEventSourcing,
  scenarios.scored,
)
documentTest(
  'review-03.7 REVIEW.md names 3 improvements of your own code, each with place, problem, reason and remedy',
  promises.namesImprovements,
  rules.improvements,
)
claimTest(
  'review-03.7 each place that REVIEW.md names is a line of code that is there',
  promises.namesPlaces,
  scenarios.lookedUp,
)
test(
  'review-03.8 killed before and after its ack, the refactored consumer leaves one receipt for each payment, as it did before',
  promises.survivesAsBefore,
  scenarios.killed,
)
test(
  'review-03.8 settle.ts is cut into pieces that one can read, and refuses, puts off and gives up as it did before',
  promises.changesNothing,
  scenarios.settled,
)
claimTest(
  'review-03.8 REVIEW.md names a file of your own that you refactored besides settle.ts',
  promises.namesOwnRefactoring,
  scenarios.ownRefactored,
)
documentTest(
  'review-03.9 REVIEW.md lists the findings by weight with their lines, and what was refactored',
  promises.writesFindings,
  rules.findings,
)
