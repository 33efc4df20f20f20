/** The checks of study-02: where Kafka fits, and that the experiments come out as the lesson says. */
import { rubricTest } from '#lab/kit/document-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { experiment as allOfOne } from './experiments/all-of-one.ts'
import { experiment as idleMember } from './experiments/idle-member.ts'
import { experiment as leaderDies } from './experiments/leader-dies.ts'
import { experiment as morePartitions } from './experiments/more-partitions.ts'
import { experiment as newestValue } from './experiments/newest-value.ts'
import { experiment as oneTooFew } from './experiments/one-too-few.ts'
import { experiment as slowReader } from './experiments/slow-reader.ts'
import { experiment as tenByTen } from './experiments/ten-by-ten.ts'
import { experiment as thirdConsumer } from './experiments/third-consumer.ts'
import { experiment as twoGroups } from './experiments/two-groups.ts'
import { experiment as wholeSegments } from './experiments/whole-segments.ts'
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
experimentTest(
  'experiment whole-segments: retention deletes whole segments: records that are too old stay as long as one of their segment is young enough',
  wholeSegments,
)
experimentTest(
  'experiment newest-value: compaction keeps the newest value of each key under its old offset; a tombstone stays for a while and then goes with its key',
  newestValue,
)
experimentTest(
  'experiment third-consumer: lag is the end of the log minus the committed offset; a second consumer slows its growth, a third without a partition changes nothing',
  thirdConsumer,
)
experimentTest(
  'experiment all-of-one: acks=all means all that are in sync: with one left it is one copy, unless min.insync.replicas refuses that',
  allOfOne,
)
