/** The checks of mq-01. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'mq-01.1 the broker that answers your connection says which RabbitMQ it is',
  promises.brokerAnswers,
  scenarios.connected,
)
test(
  'mq-01.2 the service talks through amqplib under a name of its own and leaves with a clean close',
  promises.leavesCleanly,
  scenarios.connectedAndLeft,
)
test(
  'mq-01.3 address, user and vhost come from the world, and a dead peer is noticed within a minute',
  promises.goesWhereTold,
  scenarios.connected,
)
test('mq-01.4 there is a durable direct exchange "payments"', promises.exchangeIsDurable, scenarios.declared)
test(
  'mq-01.5 "payments.work" and its persistent messages are still there after the broker was killed',
  promises.queueSurvivesAKill,
  scenarios.brokerKilled,
)
test(
  'mq-01.6 declared any number of times, there is one binding, and it routes its key and no other',
  promises.declaredAnyNumberOfTimes,
  scenarios.declaredOften,
)
test(
  'mq-01.7 a payment published through the exchange comes back whole, is acknowledged, and the queue ends empty',
  promises.paymentComesBack,
  scenarios.thereAndBack,
)
documentTest('mq-01.8 NOTES.md says what you set up and what survives what', promises.notesAreWritten, rules)
