/** The checks of mq-09. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { analysis, rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { journaled } from './scenarios/journal.ts'
import { heldBack, inOrder } from './scenarios/order.ts'
import { spread } from './scenarios/spread.ts'

test(
  'mq-09.1 a topic with several partitions carries the events of many wallets',
  promises.spreadsWallets,
  spread,
)
test(
  'mq-09.2 events with the same key are processed in the order in which they were sent',
  promises.keepsOrderInAKey,
  inOrder,
)
test(
  'mq-09.3 with one partition held back on purpose, events of different keys come out of order',
  promises.letsOthersPass,
  heldBack,
)
test(
  'mq-09.4 on a single partition all events have one order, and only one consumer works on them',
  promises.oneOrderForAll,
  journaled,
)
documentTest(
  'mq-09.6 an analysis weighs throughput against order with figures for one partition and for several',
  promises.analysisIsWritten,
  analysis,
)
documentTest(
  'mq-09.7 NOTES.md says which key keeps your payments in order and what would break that order',
  promises.notesAreWritten,
  rules,
)
