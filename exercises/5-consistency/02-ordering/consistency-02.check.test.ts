/** The checks of consistency-02. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { analysis } from './rubric.ts'
import { restarted } from './scenarios/consumer.ts'
import { harmed } from './scenarios/harm.ts'
import { pairs } from './scenarios/pairs.ts'
import { everyShuffle } from './scenarios/projector.ts'
import { declared } from './scenarios/strategies.ts'

test(
  'consistency-02.1 several events change one wallet, and doesOrderMatter() knows for each pair of kinds whether they may change places',
  promises.orderMattersForSome,
  pairs,
)
test(
  'consistency-02.2 harmfulOrder() finds an order in which the events end at another state, where there is one, and a consumer of it does end there',
  promises.anotherOrderAnotherEnd,
  harmed,
)
rubricTest(
  'consistency-02.3 NOTES.md analyses which invariant breaks, who is hurt, and which events could come in any order',
  analysis,
)
test(
  'consistency-02.4 each kind of event declares the weakest strategy that still ends right: in order, newest wins, or any order',
  promises.declaresEnough,
  declared,
)
test(
  'consistency-02.5 through an outage, a gap, duplicates and two kills each wallet takes its deposits and withdrawals in order, each once',
  promises.keepsOrderThroughTrouble,
  restarted,
)
test(
  'consistency-02.6 for every order of arrival the wallet ends where the log in order ends, and what need not wait does not',
  promises.everyShuffleEndsAlike,
  everyShuffle,
)
documentTest(
  'consistency-02.7 NOTES.md says which of your events need order, what gives it to them, and at what price',
  promises.notesAreWritten,
  rules,
)
