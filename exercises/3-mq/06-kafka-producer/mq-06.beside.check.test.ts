/**
 * The checks of mq-06 that take longest: mq-06.1 and mq-06.4. vitest plays the files of a task
 * side by side, each with brokers of its own: these go on while the others do.
 */
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import { outage } from './scenarios/outage.ts'
import { stoppedInTime } from './scenarios/service.ts'

test(
  'mq-06.1 one producer service: one connected kafkajs producer, and stop() leaves nothing half sent',
  promises.stopsWhole,
  stoppedInTime,
)
test(
  'mq-06.4 retries with a growing backoff outlast a short outage, and an unknown outcome is never called a failure',
  promises.outlastsAnOutage,
  outage,
)
