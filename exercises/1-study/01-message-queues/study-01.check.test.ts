/** The checks of study-01: the table, the written answers, and that the experiments come out as the lesson says. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as brokerKilled } from './experiments/broker-killed.ts'
import { experiment as lateReader } from './experiments/late-reader.ts'
import { experiment as oneQueue } from './experiments/one-queue.ts'
import { experiment as ownQueues } from './experiments/own-queues.ts'
import { differences } from './notes.rules.ts'
import * as rubrics from './rubric.ts'

rubricTest(
  'study-01.2 NOTES.md defines a message queue so that it can be checked: who puts in, who takes out, when a message is gone',
  rubrics.queue,
)
rubricTest(
  'study-01.3 NOTES.md defines a message broker: what it answers for, from which moment and until which',
  rubrics.broker,
)
rubricTest(
  'study-01.4 NOTES.md defines producer, consumer and broker, and says which of them has the message at each moment',
  rubrics.holders,
)
documentTest(
  'study-01.7 NOTES.md has a table of 5 differences between point-to-point and pub/sub, each of which can be observed',
  differences,
  differences.rules,
)
rubricTest(
  'study-01.8 NOTES.md argues for 5 uses of point-to-point and 5 of pub/sub, each by what would go wrong with the other',
  rubrics.uses,
)

experimentTest(
  'experiment one-queue: two consumers of one queue share its messages, each message reaches one of them',
  oneQueue,
)
experimentTest(
  'experiment own-queues: each bound queue gets one copy of its own, and an ack removes that one copy only',
  ownQueues,
)
experimentTest(
  'experiment late-reader: what was acknowledged, or sent before a queue was there, is in no queue any more',
  lateReader,
)
experimentTest(
  'experiment broker-killed: of three confirmed messages, only the persistent one in the durable queue outlives a kill of the broker',
  brokerKilled,
)
