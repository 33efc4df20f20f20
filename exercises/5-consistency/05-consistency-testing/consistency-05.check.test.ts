/** The checks of consistency-05. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { plan, rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

documentTest(
  'consistency-05.1 SCENARIOS.md says which fault at which moment under which load, which invariant, and what counts as passed',
  promises.planIsWritten,
  plan,
)
test(
  'consistency-05.2 under short, long and changing delays the checker accuses no sound copy, and names each read that is wrong, too old or goes back',
  promises.seesThroughDelays,
  scenarios.delaysSwept,
)
test(
  'consistency-05.3 while broker and service are killed the checker accuses no sound service, and names each payment that is lost, doubled or torn',
  promises.seesThroughCrashes,
  scenarios.crashed,
)
test(
  'consistency-05.4 the search finds each planted race and crash as a plan of a few turns, repeats it by its seed, and accuses no sound bank',
  promises.findsTheRace,
  scenarios.searched,
)
documentTest(
  'consistency-05.6 NOTES.md reports each scenario with its verdict, its figures, and what stays unproven',
  promises.notesAreWritten,
  rules,
)
