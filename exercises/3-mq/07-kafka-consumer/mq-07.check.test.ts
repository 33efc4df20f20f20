/** The checks of mq-07. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { inParallel } from './scenarios/group.ts'
import { killed } from './scenarios/kills.ts'
import { booked } from './scenarios/letters.ts'
import { committedInTime, offsetsKept } from './scenarios/offsets.ts'
import { handled, inOrder } from './scenarios/records.ts'

test(
  'mq-07.1 a listener hands each record to its handler once, as read() gave it, with its partition, offset and key',
  promises.handsOver,
  handled,
)
test(
  'mq-07.3 no offset is committed before its handler is done, whoever commits',
  promises.commitsBehindTheWork,
  committedInTime,
)
test(
  'mq-07.4 what is committed after a clean stop is the next offset to read, on every partition',
  promises.commitsTheNextOffset,
  offsetsKept,
)
test(
  'mq-07.5 a payment is booked in one transaction, and a broken record goes to payments.dead without blocking its partition',
  promises.getsPastTheBroken,
  booked,
)
test(
  'mq-07.6 partitions are worked on in parallel, and never two records of one partition at a time',
  promises.worksInParallel,
  inParallel,
)
test(
  'mq-07.7 every record of every partition is done once, in order within its key, those from before the first start included',
  promises.keepsTheOrder,
  inOrder,
)
test(
  'mq-07.9 killed and started again, the consumer goes on at the committed offset, skips nothing and books nothing twice',
  promises.survivesTheKills,
  killed,
)
documentTest(
  'mq-07.10 NOTES.md says when your consumer commits, what is read again after a crash, and where a broken record ends',
  promises.notesAreWritten,
  rules,
)
