/** The checks of review-07: the reflection on the week. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import * as rules from './notes.rules.ts'
import * as promises from './promises.ts'

rubricTest(
  'review-07.1 REFLECTION.md names the 3 most important things learned, each with the run or figure that showed it',
  rules.learned,
)
rubricTest('review-07.2 REFLECTION.md puts 2 concepts that still confuse you as questions', rules.confusing)
documentTest(
  'review-07.3 REFLECTION.md tells one failure that you handled: what broke, what you did, how you know that it holds',
  promises.tellsOfAFailure,
  rules.handled,
)
documentTest(
  'review-07.5 REFLECTION.md compares week 7 with week 6: what went better, what went worse, and why',
  promises.comparesTheWeeks,
  rules.weeks,
)
documentTest(
  'review-07.6 REFLECTION.md says what you will do before week 8, in which order and when',
  promises.preparesForWeek8,
  rules.preparation,
)
rubricTest(
  'review-07.7 REFLECTION.md sets goals for week 8 of which one will be able to tell whether they were reached',
  rules.goals,
)
documentTest(
  'review-07.8 REFLECTION.md is written: every section, in 500 words of your own or more',
  promises.isWritten,
  rules.whole,
)
