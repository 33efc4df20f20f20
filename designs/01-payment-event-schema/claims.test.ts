/** The claims of design-01. Each line: the item, what is claimed, and the attack under which it must hold. */
import { claimTest } from '#lab/kit/claim-test'
import { documentTest } from '#lab/kit/document-test'
import { rules } from './notes.rules.ts'
import * as promises from './promises.ts'
import * as attacks from './run.ts'

claimTest(
  'design-01.1 a payment written as a CloudEvents message comes back as it was, and the published schema agrees',
  promises.comesBackWhole,
  attacks.written,
)
claimTest(
  'design-01.2 each of the six fields stands where you say, is required, and means one thing',
  promises.fieldsMeanOneThing,
  attacks.fieldsLookedAt,
)
claimTest(
  'design-01.3 the version can be told from the message alone, and you know which change calls for a new one',
  promises.versionStandsOnTheWire,
  attacks.versionsAsked,
)
claimTest(
  'design-01.4 old messages keep their meaning, additions confuse nobody, and an old consumer is told the truth or nothing',
  promises.oldAndNewUnderstandEachOther,
  attacks.grownOlder,
)
claimTest(
  'design-01.5 nothing spoilt is sent, and what cannot be read is refused rather than guessed',
  promises.strictOutTolerantIn,
  attacks.spoilt,
)
documentTest(
  'design-01.6 DESIGN.md says every field, unit, version and rule, with an example',
  promises.schemaIsWrittenDown,
  rules,
)
