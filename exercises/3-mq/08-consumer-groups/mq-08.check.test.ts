/** The checks of mq-08. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'mq-08.1 several consumers run in one group: the broker lists each of them while it runs, and none that has stopped',
  promises.listsTheMembers,
  scenarios.joined,
)
test(
  'mq-08.2 each partition has exactly one owner, every consumer gets some, and one too many sits idle and says so',
  promises.ownsAlone,
  scenarios.assigned,
)
test(
  'mq-08.4 a consumer that joins gets its share of partitions, all know what they own afterwards, and no record is lost meanwhile',
  promises.sharesWithNewcomers,
  scenarios.grown,
)
documentTest(
  'mq-08.6 NOTES.md says who owned which partition before and after, and which timeout set the pace',
  promises.notesAreWritten,
  rules,
)
