/** The checks of study-09: the two write-ups, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as afterTheSnapshot } from './experiments/after-the-snapshot.ts'
import { experiment as clockSetBack } from './experiments/clock-set-back.ts'
import { experiment as oldWords } from './experiments/old-words.ts'
import { experiment as ruleInEvolve } from './experiments/rule-in-evolve.ts'
import { experiment as sameCommand } from './experiments/same-command.ts'
import { experiment as twiceReplayed } from './experiments/twice-replayed.ts'
import { experiment as twoWriters } from './experiments/two-writers.ts'
import * as rubrics from './rubric.ts'

rubricTest(
  'study-09.6 NOTES.md weighs event sourcing by 5 points for it and 5 against, audit, erasure and queries among them',
  rubrics.weighed,
)
rubricTest(
  'study-09.7 NOTES.md says of 6 cases whether event sourcing or plain tables, and what decides',
  rubrics.whereItPays,
)

experimentTest(
  'experiment rule-in-evolve: a rule in decide holds for new commands only; the same rule in evolve makes old events unreadable when it changes',
  ruleInEvolve,
)
experimentTest(
  'experiment two-writers: of two who decided on one version a unique key lets one append; without it both do, and the wallet is overdrawn',
  twoWriters,
)
experimentTest(
  'experiment clock-set-back: the version puts the events of a stream in order; the clock can put the effect before its cause',
  clockSetBack,
)
experimentTest(
  'experiment after-the-snapshot: from a snapshot at version 3 the replay goes on with event 4; from event 3 on it counts one twice; without any snapshot the wallet is the same',
  afterTheSnapshot,
)
experimentTest(
  'experiment twice-replayed: two replays agree when evolve knows the events alone; one that looks at the clock answers otherwise an hour later',
  twiceReplayed,
)
experimentTest(
  'experiment old-words: old events are brought to today’s form each time they are read; what is stored stays as it was written',
  oldWords,
)
experimentTest(
  'experiment same-command: a command that comes twice finds the next version free and is carried out twice, unless its own id is a key as well',
  sameCommand,
)
