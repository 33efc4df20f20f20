/** The checks of study-11: the two write-ups, and that the experiments come out as the lesson says. */
import { documentTest, rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as doubling } from './experiments/doubling.ts'
import { experiment as herd } from './experiments/herd.ts'
import { experiment as threeLayers } from './experiments/three-layers.ts'
import { experiment as twoErrors } from './experiments/two-errors.ts'
import { strategies } from './notes.rules.ts'
import * as rubrics from './rubric.ts'

documentTest(
  'study-11.6 NOTES.md compares fixed, exponential and jittered retries by 5 criteria, with a figure or a fact in every cell',
  strategies,
  strategies.rules,
)
rubricTest(
  'study-11.7 NOTES.md gives a team its rules of retrying: which errors, how often, until when, in which layer, and why',
  rubrics.rules,
)

experimentTest(
  'experiment two-errors: waiting cures a busy database and not a message that cannot be read; the second is only tried in vain',
  twoErrors,
)
experimentTest(
  'experiment doubling: delays of 1, 2, 4, 8 and 10 seconds put the sixth attempt at second 25',
  doubling,
)
experimentTest(
  'experiment three-layers: three layers that each try four times make 64 calls of one payment',
  threeLayers,
)
experimentTest(
  'experiment herd: without jitter all clients come in the same tenth of a second, with full jitter a small part of them',
  herd,
)
