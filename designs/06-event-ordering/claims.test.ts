/** The claims of design-06. Each line: the item, what is claimed, and the attack under which it must hold. */
import { claimTest } from '#lab/kit/claim-test'
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { moved } from './attacks/moved.ts'
import { handled, recognised } from './attacks/sequencing.ts'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as attacks from './run.ts'

claimTest(
  'design-06.1 the strategy names every two events whose order matters, says what breaks without it, and leaves the others free',
  promises.orderWhereItMatters,
  attacks.pairsTried,
)
test(
  'design-06.2 under skew, retries, a crash and a rebalance each wallet ends as its history says',
  promises.eachWalletAsItHappened,
  attacks.ordered,
)
test(
  'design-06.2 on a Kafka whose consumer is killed and whose partitions move, each wallet ends as its history says',
  promises.eachWalletWhereverItMoves,
  moved,
)
claimTest(
  'design-06.4 a gap, a repeat and a late event are recognised by their numbers, whatever the clocks say',
  promises.toldByNumbers,
  recognised,
)
claimTest(
  'design-06.5 early events wait within limits that outlive a restart, and a gap that stays open is asked for once, from where it begins',
  promises.earlyOnesWaitWithinLimits,
  handled,
)
documentTest(
  'design-06.6 DESIGN.md says what keeps the order and at which price, how disorder is noticed and handled, and what is not promised',
  promises.strategyIsWrittenUp,
  rules,
)
