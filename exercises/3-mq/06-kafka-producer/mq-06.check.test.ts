/** The checks of mq-06. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { keyed } from './scenarios/keys.ts'
import { killedMidStream, leaderKilled } from './scenarios/leader.ts'
import { hashed } from './scenarios/partitions.ts'
import { lostReply } from './scenarios/retries.ts'
import { placed } from './scenarios/service.ts'

test(
  'mq-06.2 sendMessage(topic, key, message) resolves with the partition and offset where the message lies',
  promises.saysWhereItLies,
  placed,
)
test(
  'mq-06.3 acks 0, 1 and all meet a killed leader: what 0 and 1 lose is shown, and with all nothing confirmed is lost',
  promises.choosesWhoMustHaveIt,
  leaderKilled,
)
test(
  'mq-06.5 the producer is idempotent: a lost reply and the retry after it leave one record in the log',
  promises.repeatsHarmlessly,
  lostReply,
)
test(
  'mq-06.6 the key is the entity whose order matters, and all its events land in one partition',
  promises.keepsAStoryTogether,
  keyed,
)
test(
  'mq-06.7 every message reported as sent is in the topic once, after a broker was killed mid-stream',
  promises.survivesABroker,
  killedMidStream,
)
test(
  'mq-06.8 keys go to the partitions that murmur2 predicts, and the skew of few keys against many is shown',
  promises.hashesAsJavaDoes,
  hashed,
)
documentTest(
  'mq-06.9 NOTES.md says which acks, retries and key you chose and what each of them costs',
  promises.notesAreWritten,
  rules,
)
