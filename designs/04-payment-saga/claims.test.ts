/** The claims of design-04. Each line: the item, what is claimed, and the attack under which it must hold. */
import { claimTest } from '#lab/kit/claim-test'
import { rubricTest } from '#lab/kit/document-test'
import * as promises from './promises.ts'
import { style } from './rubric.ts'
import * as attacks from './run.ts'

claimTest(
  'design-04.1 the saga is a table of states and transitions in which every answer leads somewhere and none gets stuck',
  promises.nothingGetsStuck,
  attacks.statesWalked,
)
claimTest(
  'design-04.2 validate, charge, update balance and notify run in this order, and exactly one of them is the pivot',
  promises.stepsInOrder,
  attacks.orderPlayed,
)
rubricTest(
  'design-04.3 SAGA.md chooses orchestration or choreography for this flow by criteria, and says what would change the choice',
  style,
)
claimTest(
  'design-04.4 each step has a compensation that may run twice, in reverse order, or a reason why it needs none',
  promises.eachIsUndone,
  attacks.compensationsPlayed,
)
claimTest(
  'design-04.5 for each step it is decided where a failure, a timeout and an unknown outcome lead, and no money is lost there',
  promises.eachFailureLeadsSomewhere,
  attacks.failuresPlayed,
)
claimTest(
  'design-04.6 what the saga stores, and when, is enough to resume it after a crash at any point',
  promises.resumesAnywhere,
  attacks.crashesPlayed,
)
claimTest(
  'design-04.7 SAGA.md draws the states of saga.ts, and says why the saga is built like this',
  promises.thePageIsTheSaga,
  attacks.pageRead,
)
