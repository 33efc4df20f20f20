/** The checks of study-12: the write-up, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as newKey } from './experiments/new-key.ts'
import { experiment as oneKeyForAll } from './experiments/one-key-for-all.ts'
import { experiment as shortMemory } from './experiments/short-memory.ts'
import { experiment as threePlaces } from './experiments/three-places.ts'
import { experiment as twoCopies } from './experiments/two-copies.ts'
import { ways } from './rubric.ts'

rubricTest(
  'study-12.6 NOTES.md has 5 ways to be idempotent, each with the crash or race that breaks it, and argues for one',
  ways,
)

experimentTest(
  'experiment two-copies: the second copy of a message is acknowledged like the first and changes nothing in the books',
  twoCopies,
)
experimentTest(
  'experiment new-key: a key that is made anew for each attempt makes every attempt a message of its own',
  newKey,
)
experimentTest(
  'experiment three-places: a note before the effect loses it, a note after the effect doubles it, a note in the same transaction does neither',
  threePlaces,
)
experimentTest(
  'experiment short-memory: a note that is forgotten before the last copy comes protects from nothing',
  shortMemory,
)
experimentTest(
  'experiment one-key-for-all: of two consumers that share a key the second finds everything done already',
  oneKeyForAll,
)
