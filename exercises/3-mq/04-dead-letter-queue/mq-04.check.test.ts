/** The checks of mq-04. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { deadLetterExchange, deadLetterQueue } from './scenarios/declarations.ts'
import { recorded } from './scenarios/handler.ts'
import { exhausted, rejected, waiting } from './scenarios/retries.ts'

test(
  'mq-04.1 there is a durable dead letter exchange, and no message that dies there goes unrouted',
  promises.dlxRoutesAll,
  deadLetterExchange,
)
test(
  'mq-04.2 there is a durable dead letter queue that keeps its messages when the broker is killed',
  promises.dlqKeeps,
  deadLetterQueue,
)
test(
  'mq-04.3 the work queue names its dead letter exchange: what it rejects arrives in the DLQ with id and body intact',
  promises.workDiesThere,
  rejected,
)
test(
  'mq-04.4 each delay has a wait queue with a TTL, and what expires is never dropped, even with no consumer there',
  promises.waitsLoseNothing,
  waiting,
)
test(
  'mq-04.7 after its last retry a message is in the DLQ, once, and in no other queue',
  promises.diesOnce,
  exhausted,
)
test(
  'mq-04.8 id, reason, attempts and origin of every dead message are on record, and the DLQ ends empty',
  promises.deadAreOnRecord,
  recorded,
)
documentTest(
  'mq-04.9 NOTES.md traces a failing message: its queues, its delays, its attempts and where it ends',
  promises.notesAreWritten,
  rules,
)
