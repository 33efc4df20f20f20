/** The checks of consistency-04. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { underFire } from './scenarios/fire.ts'
import { refused, undone } from './scenarios/refused.ts'
import { resumed, settled } from './scenarios/settled.ts'

test(
  'consistency-04.1 a saga with its state on disk validates, charges, updates the balance and notifies',
  promises.resumesFromDisk,
  resumed,
)
test(
  'consistency-04.2 a saga that meets no fault completes each step once and ends settled',
  promises.settlesOnce,
  settled,
)
test(
  'consistency-04.3 when one step fails for good, the saga starts no further step and knows which ones were completed',
  promises.stopsAtTheFailure,
  refused,
)
test(
  'consistency-04.4 completed steps are compensated in reverse, each once, however often the command arrives',
  promises.undoesInReverse,
  undone,
)
test(
  'consistency-04.5 after compensation no money is missing: the refund equals the charge, and the ledger sums to zero',
  promises.booksAreRight,
  underFire,
)
documentTest(
  'consistency-04.7 NOTES.md says for each step how it is undone, how long it may take, and what a crash there leaves',
  promises.notesAreWritten,
  rules,
)
