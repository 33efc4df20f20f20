/**
 * The checks of mq-10 that take longest: mq-10.1 and mq-10.3. vitest plays the files of a task
 * side by side, each with brokers of its own: these go on while the others do.
 */
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import { appended, contended } from './scenarios/writing.ts'

test(
  'mq-10.1 the event store takes each version of a stream once: of two writers at a time, one gets a conflict',
  promises.oneWriterWins,
  contended,
)
test(
  'mq-10.3 events are only ever appended, in one transaction with their outbox row, and never changed',
  promises.appendsOnly,
  appended,
)
