/** The checks of failure-02. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { twoCauses } from './scenarios/causes.ts'
import { doubledUp } from './scenarios/doubled.ts'
import { duplicatesChangeNothing } from './scenarios/duplicates.ts'
import { inOneTransaction } from './scenarios/inbox.ts'

test(
  'failure-02.1 a lost ack makes the broker deliver a message twice; no duplicate is faked',
  promises.comesTwice,
  twoCauses,
)
test(
  'failure-02.2 the consumer gets one message id twice, and without protection the ledger holds two entries for it',
  promises.findsTheDoubled,
  doubledUp,
)
test(
  'failure-02.3 the consumer writes the message id into an inbox, in the transaction that books the payment',
  promises.remembersInOneTransaction,
  inOneTransaction,
)
test(
  'failure-02.4 a duplicate changes no balance, even after a restart or with two consumers at once',
  promises.changesNoBalance,
  duplicatesChangeNothing,
)
documentTest(
  'failure-02.6 NOTES.md says what your idempotency key is, how long it is kept, and what happens if one id has two payloads',
  promises.notesAreWritten,
  rules,
)
