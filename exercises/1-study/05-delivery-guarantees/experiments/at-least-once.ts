/** Three payments, a consumer that acknowledges after its commit, and a SIGKILL between the two. */
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { cameOf, killedAfterCommit, type Seen } from './scenes/killed-after-commit.ts'

export const experiment: Experiment<Seen> = {
  name: 'at-least-once',
  place: 2,
  needs: ['inspect'],
  shows: text(
    'with an ack after the commit a kill in between loses nothing and books one payment twice',
    'ack sau commit thì bị kill ở giữa không mất gì, nhưng một thanh toán được ghi sổ hai lần',
  ),
  question: {
    kind: 'choice',
    id: 'at-least-once',
    item: 'study-05.3',
    ask: text(
      'The same three payments; now the wallet acknowledges each after its commit. It gets a SIGKILL after the first commit, before the ack has left. It is started again. How often is each payment booked?',
      'Vẫn ba thanh toán đó; giờ ví ack từng cái sau khi commit. Nó bị SIGKILL sau commit đầu tiên, trước khi ack kịp đi. Nó được khởi động lại. Mỗi thanh toán được ghi sổ mấy lần?',
    ),
    options: [
      {
        id: 'all-once',
        text: text(
          '1, 1, 1: the flag redelivered prevents the second booking',
          '1, 1, 1: cờ redelivered ngăn lần ghi thứ hai',
        ),
        why: text(
          'The flag prevents nothing; somebody would have to look at it, and it can’t tell booked from not booked.',
          'Cờ không ngăn gì cả; phải có ai nhìn nó, mà nó cũng không phân biệt được đã ghi hay chưa.',
        ),
      },
      {
        id: 'first-twice',
        text: text('2, 1, 1', '2, 1, 1'),
        why: text(
          'The commit is in the ledger, the ack was never heard. To the broker nobody has processed it, so it delivers again: that is the price of losing nothing.',
          'Commit đã nằm trong sổ cái, còn ack thì chưa ai nghe. Với broker thì chưa ai xử lý nên nó giao lại: đó là giá của việc không mất gì.',
        ),
      },
      {
        id: 'all-twice',
        text: text('2, 2, 2: all three come again', '2, 2, 2: cả ba tới lại'),
        why: text(
          'All three are delivered again, but only the first had been booked before.',
          'Cả ba đều được giao lại, nhưng trước đó chỉ cái đầu đã ghi sổ.',
        ),
      },
    ],
    answer: 'first-twice',
  },
  scenario: (lab) => killedAfterCommit(lab, 'at-least-once'),
  came: (seen) => cameOf(seen, { '1,1,1': 'all-once', '2,1,1': 'first-twice', '2,2,2': 'all-twice' }),
}
