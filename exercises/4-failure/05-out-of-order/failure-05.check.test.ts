/** The checks of failure-05. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'failure-05.1 the events of one wallet arrive shuffled, and the same seed gives the same shuffle',
  promises.arrivesShuffled,
  scenarios.shuffledArrival,
)
test(
  'failure-05.2 a consumer that takes them as they come sees gaps in the sequence and ends at a wrong balance',
  promises.orderIsMissed,
  scenarios.naively,
)
test(
  'failure-05.3 each wallet has sequence numbers, and a bounded buffer keeps early events until their turn',
  promises.waitsForItsTurn,
  scenarios.ordered,
)
test(
  'failure-05.4 each wallet is processed in order, also over a restart, and a gap that never closes is reported',
  promises.survivesAndReports,
  scenarios.restarted,
)
documentTest(
  'failure-05.6 NOTES.md says how long your consumer waits for a missing event, how many it keeps, and what comes then',
  promises.notesAreWritten,
  rules,
)
