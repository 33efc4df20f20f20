/** The checks of study-10: the two tables, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as bothWays } from './experiments/both-ways.ts'
import { experiment as inBetween } from './experiments/in-between.ts'
import { experiment as killedOrchestrator } from './experiments/killed-orchestrator.ts'
import { experiment as lateAnswer } from './experiments/late-answer.ts'
import { experiment as undone } from './experiments/undone.ts'
import * as rubrics from './rubric.ts'

rubricTest(
  'study-10.4 NOTES.md sets choreography and orchestration side by side by 10 criteria, with facts in every cell',
  rubrics.sideBySide,
)
rubricTest(
  'study-10.7 NOTES.md says of 4 saga engines or libraries how they keep state and timers, and what they leave to you',
  rubrics.engines,
)

experimentTest(
  'experiment both-ways: a choreography takes one message a step and nobody in it can say that the payment failed; an orchestrator takes two and can',
  bothWays,
)
experimentTest(
  'experiment in-between: what a saga has done so far is seen and used by others before it ends: compensating leaves a hole that a pending state keeps shut',
  inBetween,
)
experimentTest(
  'experiment killed-orchestrator: a saga that is stored before its command goes on under the same key after a kill; one in memory begins anew and charges again',
  killedOrchestrator,
)
experimentTest(
  'experiment undone: a compensation adds an entry that reverses and erases nothing; delivered twice it reverses twice, unless its key is remembered',
  undone,
)
experimentTest(
  'experiment late-answer: a time-out is no answer: who takes it for a no cancels what was paid, who asks by the key finds out',
  lateAnswer,
)
