/** The checks of review-01: what is mastered, what is not, and the plan. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import * as rules from './notes.rules.ts'
import * as promises from './promises.ts'

rubricTest(
  'review-01.10 SELF-EVALUATION.md names 3 concepts that you master, each with the run that convinced you',
  rules.mastered,
)
rubricTest(
  'review-01.11 SELF-EVALUATION.md names 3 concepts to improve, each with the question that is still open',
  rules.toImprove,
)
documentTest(
  'review-01.12 SELF-EVALUATION.md plans for each weak spot what you will do, by when, and when it is done',
  promises.plansWeakSpots,
  rules.plan,
)
