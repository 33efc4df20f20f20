/** The checks of failure-04. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as kafkaPromises from './promises-kafka.ts'
import * as kafkaScenarios from './run-kafka.ts'
import { backedOff } from './scenarios/backoff.ts'
import { killedUnderLoad } from './scenarios/outage.ts'
import { confirmsAway } from './scenarios/producer.ts'
import { resumed, survived } from './scenarios/return.ts'
import { oldTags } from './scenarios/tags.ts'

test(
  'failure-04.1 the broker is killed while messages are on their way in and out, and is started again',
  promises.livesThrough,
  killedUnderLoad,
)
test(
  'failure-04.2 the producer notices the lost connection and calls nothing sent that was not confirmed',
  promises.saysNothingUnconfirmed,
  confirmsAway,
)
test(
  'failure-04.2 on Kafka the producer calls nothing sent that only the leader has, and all is sent when another one leads',
  kafkaPromises.takesNoLeadersWord,
  kafkaScenarios.leaderLost,
)
test(
  'failure-04.3 the consumer notices the lost connection and never acks with a delivery tag from before it',
  promises.forgetsOldTags,
  oldTags,
)
test(
  'failure-04.4 reconnects follow an exponential backoff with a cap and jitter, and their number stays bounded',
  promises.waitsLonger,
  backedOff,
)
test(
  'failure-04.5 once the broker is back, producer and consumer resume by themselves, with one connection each',
  promises.resumes,
  resumed,
)
test(
  'failure-04.6 every message confirmed before the kill is processed after the restart, and booked once',
  promises.losesNothing,
  survived,
)
documentTest(
  'failure-04.7 NOTES.md says what producer and consumer do between the lost connection and the first success',
  promises.notesAreWritten,
  rules,
)
