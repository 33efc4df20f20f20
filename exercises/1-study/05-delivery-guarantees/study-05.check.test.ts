/** The checks of study-05: the analyses and tables, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as aborted } from './experiments/aborted.ts'
import { experiment as atLeastOnce } from './experiments/at-least-once.ts'
import { experiment as atMostOnce } from './experiments/at-most-once.ts'
import { experiment as lostConfirm } from './experiments/lost-confirm.ts'
import { experiment as oneEffect } from './experiments/one-effect.ts'
import * as rubrics from './rubric.ts'

rubricTest(
  'study-05.2 NOTES.md weighs at-most-once by 5 points for it and 5 against, each tied to a case',
  rubrics.atMostOnce,
)
rubricTest(
  'study-05.4 NOTES.md weighs at-least-once by 5 points for it and 5 against, among them who pays for the duplicates',
  rubrics.atLeastOnce,
)
rubricTest(
  'study-05.6 NOTES.md weighs exactly-once by 5 points for it and 5 against, with its boundary and its price in latency',
  rubrics.exactlyOnce,
)
rubricTest(
  'study-05.8 NOTES.md has one table of all three guarantees by 10 criteria, each of which can be observed',
  rubrics.sideBySide,
)
rubricTest(
  'study-05.9 NOTES.md says which broker offers which guarantee, since which version and under which settings',
  rubrics.whoOffers,
)

experimentTest(
  'experiment at-most-once: with automatic acks a kill loses what was delivered and not yet processed, and nothing comes twice',
  atMostOnce,
)
experimentTest(
  'experiment at-least-once: with an ack after the commit a kill in between loses nothing and books one payment twice',
  atLeastOnce,
)
experimentTest(
  'experiment one-effect: delivered twice and booked once, when the note of the id shares the transaction of the booking',
  oneEffect,
)
experimentTest(
  'experiment lost-confirm: a producer that sends again after a lost confirm makes a second copy, with the same id',
  lostConfirm,
)
experimentTest(
  'experiment aborted: records of an aborted transaction stay in the log: a reader with read_committed skips them, another one gets them',
  aborted,
)
