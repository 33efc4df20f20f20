/**
 * The checks of mq-04 that take longest: mq-04.5 and mq-04.6. vitest plays the files of a task
 * side by side, each with brokers of its own: these go on while the others do.
 */
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import { handlerKilled } from './scenarios/handler.ts'
import { attempted } from './scenarios/retries.ts'

test(
  'mq-04.5 3 retries mean exactly 4 attempts, also when the consumer restarts in between',
  promises.fourAttempts,
  attempted,
)
test(
  'mq-04.6 the DLQ handler stores a dead message before it acks it, so none is lost when the handler is killed',
  promises.storesThenAcks,
  handlerKilled,
)
