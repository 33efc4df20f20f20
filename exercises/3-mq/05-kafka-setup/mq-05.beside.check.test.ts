/**
 * The checks of mq-05 that take longest: mq-05.3. vitest plays the files of a task
 * side by side, each with brokers of its own: these go on while the others do.
 */
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'mq-05.3 the producer waits for all in-sync replicas and never creates a topic by accident',
  promises.waitsForAll,
  scenarios.produced,
)
