/** The checks of study-07: the patterns, the decisions, and that the experiments come out as the lesson says. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as aLookInside } from './experiments/a-look-inside.ts'
import { experiment as fiveEnds } from './experiments/five-ends.ts'
import { experiment as limitOfThree } from './experiments/limit-of-three.ts'
import { experiment as nobodyBound } from './experiments/nobody-bound.ts'
import { experiment as shortBehindLong } from './experiments/short-behind-long.ts'
import { patterns } from './notes.rules.ts'
import { decisions } from './rubric.ts'

documentTest(
  'study-07.7 NOTES.md has a table of 5 patterns of dead letter queues, each with the failure that it leaves open',
  patterns,
  patterns.rules,
)
rubricTest(
  'study-07.8 NOTES.md decides for each kind of error between trying again at once, later, and the DLQ, and says why',
  decisions,
)

experimentTest(
  'experiment five-ends: a message is dead-lettered when it is rejected, expires or is crowded out, not when its consumer dies or the queue is purged',
  fiveEnds,
)
experimentTest(
  'experiment nobody-bound: a dead message keeps its key, and where nothing is bound under that key it is gone',
  nobodyBound,
)
experimentTest(
  'experiment short-behind-long: an expired message leaves a queue only from its head: the short one waits for the long one',
  shortBehindLong,
)
experimentTest(
  'experiment limit-of-three: a delivery limit of 3 means three returns, so four deliveries',
  limitOfThree,
)
experimentTest(
  'experiment a-look-inside: a look without an ack leaves everything in the DLQ, marked as redelivered; a look with automatic ack empties it',
  aLookInside,
)
