/** The checks of mq-10. Each line: the item, what is promised, and the scenario in which it must hold. */
import { documentTest } from '#lab/kit/document-test'
import { test } from '#lab/kit/test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import { published, replayed } from './scenarios/publishing.ts'
import { equalAtEveryPoint, rebuilt, replayedTwice, snapshotted } from './scenarios/rebuilding.ts'

test(
  'mq-10.2 an event is published after its commit, never before, and a crash makes none forgotten',
  promises.publishedAfterCommit,
  published,
)
test(
  'mq-10.4 a replay reads a stream version by version, old schemas included, and sets off no side effect',
  promises.replaysQuietly,
  replayed,
)
test(
  'mq-10.5 a snapshot is written every so many events, with the stream version and the schema version it stands for',
  promises.snapshotsInTime,
  snapshotted,
)
test(
  'mq-10.6 the state of a wallet is rebuilt from its events alone, by a pure function',
  promises.rebuiltFromEvents,
  rebuilt,
)
test(
  'mq-10.7 replaying a stream twice gives the same state both times, whatever the stream',
  promises.twiceTheSame,
  replayedTwice,
)
test(
  'mq-10.8 a snapshot plus its later events equals the full replay at every point, and deleting snapshots changes nothing',
  promises.snapshotIsACache,
  equalAtEveryPoint,
)
documentTest(
  'mq-10.9 NOTES.md says how your store guards versions, when it takes snapshots, and what a replay costs',
  promises.notesAreWritten,
  rules,
)
