/** The checks of review-08: six answers, how deep they go, their second version, and the runs that show what they claim. */
import { answerTest, depthTest, improvedTest } from '#lab/kit/answer-test'
import { experimentTest } from '#lab/kit/experiment-test'
import { text } from '#lab/verdict/language'
import { experiment as ackedAndLost } from './experiments/acked-and-lost.ts'
import { experiment as allWasOne } from './experiments/all-was-one.ts'
import { experiment as oneOfFive } from './experiments/one-of-five.ts'
import { experiment as twoKindsOfEffects } from './experiments/two-kinds-of-effects.ts'
import * as promises from './promises.ts'
import { written } from './rubric.ts'

answerTest(
  'review-08.1 the answer to Q1 makes every point on what is lost after the ack, and states nothing that is not so',
  promises.losesAfterAck,
  written,
)
answerTest(
  'review-08.2 the answer to Q2 makes every point on processing again, and states nothing that is not so',
  promises.isIdempotent,
  written,
)
answerTest(
  'review-08.3 the answer to Q3 makes every point on the second of three that fails, and states nothing that is not so',
  promises.handlesTheSecond,
  written,
)
answerTest(
  'review-08.4 the answer to Q4 makes every point on ten partitions and five consumers, and states nothing that is not so',
  promises.dealsOutPartitions,
  written,
)
answerTest(
  'review-08.5 the answer to Q5 makes every point on side effects, and states nothing that is not so',
  promises.seesSideEffects,
  written,
)
answerTest(
  'review-08.6 the answer to Q6 makes every point on exactly once, and states nothing that is not so',
  promises.boundsExactlyOnce,
  written,
)
depthTest(
  'review-08.7 each of the six answers weighs a failure, gives the reason for its solution and says what it costs',
  promises.reasonsDeeply,
  written,
  {
    wordsMin: 60,
    mentions: [
      {
        oneOf: [
          'crash',
          'dies',
          'die',
          'died',
          'dead',
          'kill',
          'fail',
          'lost',
          'restart',
          'timeout',
          'time-out',
          'chết',
          'hỏng',
          'mất',
          'khởi động lại',
        ],
        why: text(
          'which failure does it survive, and which not',
          'chịu được sự cố nào, không chịu được sự cố nào',
        ),
      },
      {
        oneOf: ['because', 'since', 'so that', 'therefore', 'which is why', 'so ', 'vì', 'nên', 'để ', 'nhờ'],
        why: text('a solution without a reason is an opinion', 'giải pháp không có lý do chỉ là ý kiến'),
      },
      {
        oneOf: [
          'cost',
          'price',
          'trade',
          'pay for',
          'paid with',
          'slower',
          'latency',
          'at the expense',
          'in return',
          'giá',
          'đánh đổi',
          'chậm',
          'độ trễ',
          'tốn',
          'đổi lại',
        ],
        why: text('every one of these solutions costs something', 'giải pháp nào trong số này cũng có giá'),
      },
    ],
  },
)
improvedTest(
  'review-08.8 each of the six was tried in ANSWERS.md, and what missed a point there is whole in IMPROVED.md',
  promises.improves,
  written,
)

experimentTest(
  'experiment acked-and-lost: six payments that the broker has confirmed are lost in six ways, and not one of them by a defect',
  ackedAndLost,
)
experimentTest(
  'experiment all-was-one: acks=all with min.insync.replicas=1 acknowledges what the leader alone has, and an unclean election loses it',
  allWasOne,
)
experimentTest(
  'experiment two-kinds-of-effects: of a message that is processed again the booking stays one, and the mail becomes two',
  twoKindsOfEffects,
)
experimentTest(
  'experiment one-of-five: five members have two partitions each; after one died four have 3, 3, 2, 2, and what it had not committed is processed again',
  oneOfFive,
)
