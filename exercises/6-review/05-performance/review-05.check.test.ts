/** The checks of review-05: the bottleneck, the faster consumer, and the written review. The figures are `measure.ts`'s. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'review-05.4 the stage that you name sets the pace: made free, it gains more than any other',
  promises.namesTheBottleneck,
  scenarios.bottlenecks,
)
test(
  'review-05.4 the optimized consumer is at least twice as fast in the same run, and books as the slow one did: each once, in order, before its ack',
  promises.isFasterAndStillRight,
  scenarios.optimized,
)
documentTest(
  'review-05.7 PERFORMANCE.md reports the figures, the bottleneck, the gain and what was traded for it',
  promises.reportsFigures,
  rules,
)
