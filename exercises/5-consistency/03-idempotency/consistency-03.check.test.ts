/** The checks of consistency-03. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { analysis } from './rubric.ts'
import { arrived } from './scenarios/arrivals.ts'
import { namedExtras } from './scenarios/extras.ts'
import { invariantsHold } from './scenarios/fortunes.ts'
import { endToEnd } from './scenarios/requests.ts'
import { together } from './scenarios/workers.ts'

test(
  'consistency-03.1 a payment event comes several times, and causeOf() tells a redelivery, a resend and a dead letter that was sent back apart',
  promises.cameForAReason,
  arrived,
)
test(
  'consistency-03.2 without protection duplicates are charged and booked again, and extras() names every entry and charge that is too much',
  promises.namesTheExtra,
  namedExtras,
)
rubricTest(
  'consistency-03.3 NOTES.md follows a duplicate to the card: what is done twice, who pays, who notices',
  analysis,
)
test(
  'consistency-03.4 one key makes one payment, one event, one charge and one booking, from the HTTP request to the card',
  promises.oneKeyToTheCard,
  endToEnd,
)
test(
  'consistency-03.5 an event that two workers hold at the same time is charged and booked once, and neither gives it up',
  promises.onceForTwoWorkers,
  together,
)
test(
  'consistency-03.6 whatever answer is lost and whoever dies, each approved charge is booked once, and the ledger sums to zero',
  promises.invariantsHold,
  invariantsHold,
)
documentTest(
  'consistency-03.7 NOTES.md says how far your idempotency reaches and what happens beyond that border',
  promises.notesAreWritten,
  rules,
)
