/** The checks of failure-06. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { poisonStandsAside } from './promises-kafka.ts'
import { mixedOnKafka } from './run-kafka.ts'
import { bounded, endless } from './scenarios/attempts.ts'
import { batchPublished } from './scenarios/batch.ts'
import { mixed } from './scenarios/letters.ts'
import { monitored } from './scenarios/monitor.ts'

test(
  'failure-06.1 a message that fails every time it is processed stands in the queue among good ones',
  promises.poisonAmongGood,
  batchPublished,
)
test(
  'failure-06.2 without a limit it comes back for ever: the run shows its deliveries rise while good messages wait',
  promises.comesBackForEver,
  endless,
)
test(
  'failure-06.3 attempts have a limit, and a restarted consumer goes on counting where it was',
  promises.attemptsAreBounded,
  bounded,
)
test(
  'failure-06.4 after its last attempt the poison message is in the DLQ, alone, and every good one is processed',
  promises.poisonDiesAlone,
  mixed,
)
test(
  'failure-06.4 on Kafka poison is tried three times and stands aside in payments.dead, and what is behind it in its partition is booked',
  poisonStandsAside,
  mixedOnKafka,
)
test(
  'failure-06.5 depth, oldest age and inflow of the DLQ are metrics, and a single dead payment raises an alert',
  promises.deadAreNoticed,
  monitored,
)
documentTest(
  'failure-06.6 NOTES.md says which errors are permanent, which deserve a retry, and who acts on the alert',
  promises.notesAreWritten,
  rules,
)
