/** The checks of study-02: where Kafka fits, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as idleMember } from './experiments/idle-member.ts'
import { experiment as leaderDies } from './experiments/leader-dies.ts'
import { experiment as morePartitions } from './experiments/more-partitions.ts'
import { experiment as oneTooFew } from './experiments/one-too-few.ts'
import { experiment as slowReader } from './experiments/slow-reader.ts'
import { experiment as tenByTen } from './experiments/ten-by-ten.ts'
import { experiment as twoGroups } from './experiments/two-groups.ts'
import { fits } from './rubric.ts'

rubricTest(
  'study-02.11 NOTES.md says where Kafka fits and where it does not, with the fact or limit that decides each case',
  fits,
)

experimentTest(
  'experiment two-groups: reading removes nothing: a second group reads the same records, and they are still there',
  twoGroups,
)
experimentTest(
  'experiment more-partitions: a key stays in its partition until partitions are added, then most keys go elsewhere',
  morePartitions,
)
experimentTest(
  'experiment one-too-few: a committed offset is the next to be read: whoever commits the last one reads it again at each restart',
  oneTooFew,
)
experimentTest(
  'experiment idle-member: a partition has one reader in a group, a member too many is idle until another leaves',
  idleMember,
)
experimentTest(
  'experiment leader-dies: what only the leader has dies with it: acknowledged with acks=1, not acknowledged with acks=all',
  leaderDies,
)
experimentTest(
  'experiment slow-reader: retention deletes by age whether anybody has read or not: a group that was away goes on behind the gap, without an error',
  slowReader,
)
experimentTest(
  'experiment ten-by-ten: ten keys do not spread over ten partitions one by one: some partitions stay empty and others get several keys',
  tenByTen,
)
