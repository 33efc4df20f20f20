/**
 * The checks of mq-09 that take longest: mq-09.5. vitest plays the files of a task
 * side by side, each with brokers of its own: these go on while the others do.
 */
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import { survived } from './scenarios/survival.ts'

test(
  'mq-09.5 the promised order holds through retries, a consumer crash and a rebalance',
  promises.survivesRetriesAndCrashes,
  survived,
)
