/** The claims of design-03. Each line: the item, what is claimed, and the attack under which it must hold. */
import { claimTest } from '#lab/kit/claim-test'
import { documentTest } from '#lab/kit/document-test'
import { replayed } from './attacks/replays.ts'
import { snapshotsLost } from './attacks/snapshots.ts'
import { twoWriters } from './attacks/two-writers.ts'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as attacks from './run.ts'

claimTest(
  'design-03.1 of ten thousand events every balance is rebuilt, of today and of any day before, and no money came from nowhere',
  promises.everyBalanceFollows,
  attacks.rebuilt,
)
claimTest(
  'design-03.2 the table itself lets one writer have a version, takes an append whole or not at all, and changes nothing that is written',
  promises.oneWriterAVersion,
  twoWriters,
)
claimTest(
  'design-03.3 each event gives back the whole fact, and nothing spoilt is ever stored',
  promises.eventsAreEnough,
  attacks.schemasLookedAt,
)
claimTest(
  'design-03.4 a load reads few events however long the stream, costs few snapshots, and is right without any of them',
  promises.snapshotsAreDisposable,
  snapshotsLost,
)
claimTest(
  'design-03.5 a replay makes the same table each time, also after it was interrupted, and nothing outside hears of it',
  promises.replayIsSilent,
  replayed,
)
claimTest(
  'design-03.6 events of the first years are read as what they meant, copied whole and once, and never touched',
  promises.oldEventsKeepTheirMeaning,
  attacks.migrated,
)
documentTest(
  'design-03.7 DESIGN.md says what is stored, what decides between writers, what snapshots save, and how old events are read',
  promises.designIsWrittenUp,
  rules,
)
