/** The checks of failure-03. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'failure-03.1 the consumer runs as a process of its own and is killed while it works on a payment',
  promises.killedAtWork,
  scenarios.killedAtWork,
)
test(
  'failure-03.2 after the crash, what was acked is gone from the queue and what was not acked is still there',
  promises.keepsTheUnacked,
  scenarios.leftInTheQueue,
)
test(
  'failure-03.3 an unacked message goes back to the queue and reaches the next consumer, flagged redelivered',
  promises.comesMarked,
  scenarios.comesAgain,
)
test(
  'failure-03.4 the restarted consumer works off what was left, and every payment is booked once',
  promises.booksOnce,
  scenarios.recovered,
)
documentTest(
  'failure-03.6 NOTES.md says for each crash point what is repeated, what is lost, and what makes that safe',
  promises.notesAreWritten,
  rules,
)
