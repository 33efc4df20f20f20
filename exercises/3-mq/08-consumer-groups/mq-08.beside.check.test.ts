/**
 * The checks of mq-08 that take longest: mq-08.3. vitest plays the files of a task
 * side by side, each with brokers of its own: these go on while the others do.
 */
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'mq-08.3 the partitions of a killed consumer pass to the others within 10 s, and no record is left behind',
  promises.inherits,
  scenarios.crashed,
)
