/** The checks of study-04: the analyses and the table, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as requeued } from './experiments/requeued.ts'
import { experiment as twoPartitions } from './experiments/two-partitions.ts'
import { experiment as twoWorkers } from './experiments/two-workers.ts'
import * as rubrics from './rubric.ts'

rubricTest(
  'study-04.4 NOTES.md works out what order in Kafka asks of the key, producer, partition count, handler and retry',
  rubrics.inKafka,
)
rubricTest(
  'study-04.5 NOTES.md works out what order in RabbitMQ asks of consumers, prefetch, requeue and the split into queues',
  rubrics.inRabbitMQ,
)
rubricTest(
  'study-04.8 NOTES.md says what different brokers promise about order, and the setting each promise rests on',
  rubrics.promises,
)

experimentTest(
  'experiment two-workers: a queue delivers in order, and two workers apply out of order: the debit comes before its credit and is refused',
  twoWorkers,
)
experimentTest(
  'experiment requeued: a message that is put back comes after those that its consumer already holds',
  requeued,
)
experimentTest(
  'experiment two-partitions: Kafka keeps the order of one partition and none between two: what was sent first can be processed last',
  twoPartitions,
)
