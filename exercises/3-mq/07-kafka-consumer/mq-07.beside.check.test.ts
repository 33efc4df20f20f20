/**
 * The checks of mq-07 that take longest: mq-07.2, mq-07.8 and one of mq-07.5. vitest plays the files of a task
 * side by side, each with brokers of its own: these go on while the others do.
 */
import { test } from '#lab/kit/test'
import * as promises from './promises.ts'
import { restarted, sharedOut } from './scenarios/group.ts'
import { refused } from './scenarios/letters.ts'

test(
  'mq-07.2 every instance joins the one group called wallet, leaves it when it stops, and joins it again at a restart',
  promises.joinsOneGroup,
  restarted,
)
test(
  'mq-07.5 a broken record whose copy payments.dead refuses is not committed until the copy is stored',
  promises.keepsWhatIsRefused,
  refused,
)
test(
  'mq-07.8 two groups each get every record, and two members of one group share them without overlap',
  promises.sharesWithinAGroup,
  sharedOut,
)
