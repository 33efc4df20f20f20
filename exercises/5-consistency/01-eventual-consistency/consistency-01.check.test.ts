/** The checks of consistency-01. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { analysis } from './rubric.ts'
import * as scenarios from './run.ts'

test(
  'consistency-01.1 a payment is published once it is committed, and the copy ends at the same balance however often the projection dies',
  promises.followsTheWallet,
  scenarios.followed,
)
rubricTest(
  'consistency-01.2 NOTES.md analyses who may see which state until when, and what is not promised',
  analysis,
)
test(
  'consistency-01.3 with the projection paused a read right after the payment shows the old balance, at once and dated as what it is',
  promises.showsTheOldBalance,
  scenarios.paused,
)
test(
  'consistency-01.4 once a session has seen the new balance no read takes it back, and when the copies have caught up every read shows it',
  promises.neverGoesBack,
  scenarios.caughtUp,
)
test(
  'consistency-01.6 a reader who asks for a version gets it as soon as it is there, or is told at the deadline that this one is older',
  promises.waitsForAVersion,
  scenarios.asked,
)
documentTest(
  'consistency-01.7 NOTES.md says where your system is only eventually consistent, for how long, and what users see meanwhile',
  promises.notesAreWritten,
  rules,
)
