/** The checks of failure-01. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { killedAtThePoint } from './scenarios/crash.ts'
import { sameKills } from './scenarios/kills.ts'
import { leftThroughTheOutbox } from './scenarios/outbox.ts'
import { reckonedUp } from './scenarios/reckoning.ts'

test(
  'failure-01.1 the producer is killed after its commit and before the confirm, at a point chosen on the wire',
  promises.killedBetween,
  killedAtThePoint,
)
test(
  'failure-01.2 the run names the payment that was committed and never reached a queue',
  promises.namesTheLost,
  reckonedUp,
)
test(
  'failure-01.3 a committed payment leaves through an outbox, is resent under its own id, and its consumer is idempotent',
  promises.leavesThroughTheOutbox,
  leftThroughTheOutbox,
)
test(
  'failure-01.4 under the same kills every committed payment is booked once: none missing, none doubled',
  promises.losesNothing,
  sameKills,
)
documentTest(
  'failure-01.6 NOTES.md lists each place where a payment can be lost and what prevents it there',
  promises.notesAreWritten,
  rules,
)
