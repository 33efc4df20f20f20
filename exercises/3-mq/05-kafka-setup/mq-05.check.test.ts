/** The checks of mq-05. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'mq-05.1 the Kafka that answers your connection says which version it is and runs on KRaft, without ZooKeeper',
  promises.saysWhoItIs,
  scenarios.answered,
)
test(
  'mq-05.2 kafkajs is set up: a client id of its own, brokers from the world, and a clean disconnect',
  promises.leavesCleanly,
  scenarios.answered,
)
test(
  'mq-05.4 the consumer has a group id of its own and reads from the beginning while nothing is committed',
  promises.readsFromTheBeginning,
  scenarios.grouped,
)
test(
  'mq-05.5 the topic is created on purpose: partitions, replication factor and min.insync.replicas as asked',
  promises.createdOnPurpose,
  scenarios.created,
)
test(
  'mq-05.6 a payment produced with a key comes back whole from the partition and offset that were reported',
  promises.comesBackWhole,
  scenarios.thereAndBack,
)
documentTest(
  'mq-05.7 NOTES.md says what your topic survives and what a single broker cannot show',
  promises.notesAreWritten,
  rules,
)
