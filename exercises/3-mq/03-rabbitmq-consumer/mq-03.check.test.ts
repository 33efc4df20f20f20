/** The checks of mq-03. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { booked, caughtAck, killedBeforeTheAck, stoppedHalfway } from './scenarios/consumer.ts'
import { failing, handled, manualAcks, prefetched } from './scenarios/listener.ts'

test(
  'mq-03.1 a listener hands each message to its handler once, as read() gave it, and outlives a cancel by the broker',
  promises.handsOver,
  handled,
)
test(
  'mq-03.2 acks are manual: a message in work stays unacked until the consumer has decided about it',
  promises.acksByHand,
  manualAcks,
)
test(
  'mq-03.3 a valid payment is booked in one database transaction, and an invalid one never touches the ledger',
  promises.booksWhole,
  booked,
)
test('mq-03.4 a payment is never acknowledged before it is booked', promises.booksBeforeItAcks, caughtAck)
test(
  'mq-03.5 a failed message is refused with nack or reject, and none spins in an endless redelivery loop',
  promises.refusesInBounds,
  failing,
)
test(
  'mq-03.6 no consumer holds more unacked messages than its prefetch, and a second consumer gets its share',
  promises.sharesTheWork,
  prefetched,
)
test(
  'mq-03.7 two consumers at work and one stopped halfway: every payment in the queue is booked once',
  promises.stopsCleanly,
  stoppedHalfway,
)
test(
  'mq-03.8 killed between booking and ack, the consumer gets the message again as redelivered and books nothing twice',
  promises.survivesTheKill,
  killedBeforeTheAck,
)
documentTest(
  'mq-03.9 NOTES.md says when your consumer acks, when it refuses, and why its prefetch is what it is',
  promises.notesAreWritten,
  rules,
)
