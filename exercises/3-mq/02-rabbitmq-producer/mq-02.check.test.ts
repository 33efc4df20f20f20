/** The checks of mq-02. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as scenarios from './run.ts'

test(
  'mq-02.1 the producer is one service: one connection, one confirm channel, and a stop that abandons nothing',
  promises.oneService,
  scenarios.stoppedInTime,
)
test(
  'mq-02.2 sendMessage resolves when the message is confirmed and routed, and rejects when it is returned, refused or has no exchange',
  promises.resolvesOnlyWhenRouted,
  scenarios.fourEndings,
)
test(
  'mq-02.3 every message reported as sent is in the queue after the broker was killed mid-stream',
  promises.sentMeansKept,
  scenarios.killedMidStream,
)
test(
  'mq-02.4 confirmed messages in a durable classic queue survive a kill of the broker',
  promises.messagesArePersistent,
  scenarios.killedAfterwards,
)
test(
  'mq-02.5 each message carries its id, correlation id, timestamp, type and content type',
  promises.messagesCarryTheirLabels,
  scenarios.labelled,
)
test(
  'mq-02.6 after a lost confirm the message may be there twice, but under one id, and the producer goes on',
  promises.unknownIsNotFailed,
  scenarios.lostConfirm,
)
test(
  'mq-02.7 a burst of 400 payments arrives once each, with at most 100 unconfirmed at a time',
  promises.burstArrivesOnce,
  scenarios.burst,
)
documentTest(
  'mq-02.8 NOTES.md says what "sent" means and what happens when nobody knows',
  promises.notesAreWritten,
  rules,
)
