/** The checks of failure-08. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { audited } from './scenarios/audit.ts'
import { batchMade } from './scenarios/batch.ts'
import { listed } from './scenarios/listing.ts'
import { monitored } from './scenarios/monitor.ts'
import { redriven } from './scenarios/redrive.ts'

test(
  'failure-08.1 a seeded batch mixes good messages with ones that fail in different ways',
  promises.batchFailsAsPlanned,
  batchMade,
)
test(
  'failure-08.2 each failing message is attempted as often as the limit allows, and no more',
  promises.attemptsAreAudited,
  audited,
)
test(
  'failure-08.3 by their ids, the messages that went in are those processed plus those in the DLQ',
  promises.nothingIsLost,
  audited,
)
test(
  'failure-08.4 reason, attempts and origin of a dead message can be read, and the message stays in the DLQ',
  promises.readsAndLeaves,
  listed,
)
test(
  'failure-08.5 after the fix, messages sent back from the DLQ keep their ids and are processed once',
  promises.comesBackOnce,
  redriven,
)
test(
  'failure-08.6 a monitor shows how full the DLQ is, how old its oldest message is, and alerts until it is empty',
  promises.alertsUntilEmpty,
  monitored,
)
documentTest(
  'failure-08.7 NOTES.md reports the results: messages by outcome and by reason, and what you did not expect',
  promises.notesAreWritten,
  rules,
)
