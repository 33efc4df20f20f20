/** The checks of study-08: the two tables, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as oldBalance } from './experiments/old-balance.ts'
import { experiment as oneIsDown } from './experiments/one-is-down.ts'
import { experiment as readAgain } from './experiments/read-again.ts'
import { experiment as threeChanges } from './experiments/three-changes.ts'
import { experiment as twoTakers } from './experiments/two-takers.ts'
import { patterns } from './rubric.ts'

rubricTest(
  'study-08.8 NOTES.md has 5 patterns and 5 anti-patterns of event-driven architecture, each with the symptom by which it shows',
  patterns,
)

experimentTest(
  'experiment one-is-down: a chain of calls fails with its weakest member, half done; an event is accepted while a consumer is down and reaches it later',
  oneIsDown,
)
experimentTest(
  'experiment two-takers: a command that is published like an event is carried out by everybody who is bound; in one queue it is carried out once',
  twoTakers,
)
experimentTest(
  'experiment old-balance: a view shows the old balance until it has applied the event; who asks by version learns that it has to wait',
  oldBalance,
)
experimentTest(
  'experiment read-again: a replay runs whatever the handler does: sums come out the same, receipts go out again',
  readAgain,
)
experimentTest(
  'experiment three-changes: an added field harms nobody, a renamed one is refused, a changed unit is booked wrongly without an error',
  threeChanges,
)
