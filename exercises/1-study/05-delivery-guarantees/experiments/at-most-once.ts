/** Three payments, a consumer that acknowledges by taking, and a SIGKILL after the first booking. */
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { cameOf, killedAfterCommit, type Seen } from './scenes/killed-after-commit.ts'

export const experiment: Experiment<Seen> = {
  name: 'at-most-once',
  place: 1,
  needs: ['inspect'],
  shows: text(
    'with automatic acks a kill loses what was delivered and not yet processed, and nothing comes twice',
    'với ack tự động, bị kill là mất những gì đã giao mà chưa xử lý, và không gì tới hai lần',
  ),
  question: {
    kind: 'choice',
    id: 'at-most-once',
    item: 'study-05.1',
    ask: text(
      'Three payments wait. A wallet consumes with no-ack, books the first, and gets a SIGKILL right after that commit. It is started again. How often is each payment booked?',
      'Ba thanh toán đang chờ. Ví nhận kiểu no-ack, ghi sổ cái đầu, và bị SIGKILL ngay sau commit đó. Nó được khởi động lại. Mỗi thanh toán được ghi sổ mấy lần?',
    ),
    options: [
      {
        id: 'others-lost',
        text: text('1, 0, 0', '1, 0, 0'),
        why: text(
          'All three had been delivered, which with no-ack is all that the broker waits for. Two lay in the memory of a process that is gone.',
          'Cả ba đã được giao, mà với no-ack thì broker chỉ chờ có vậy. Hai cái nằm trong bộ nhớ của một process đã mất.',
        ),
      },
      {
        id: 'all-once',
        text: text(
          '1, 1, 1: the two others are still in the queue',
          '1, 1, 1: hai cái kia vẫn còn trong queue',
        ),
        why: text(
          'With manual acks they would be, unacked. Without acks there is no prefetch either: the broker sends everything as fast as the socket takes it.',
          'Với ack thủ công thì còn, ở trạng thái unacked. Không có ack thì prefetch cũng vô hiệu: socket nhận được bao nhiêu broker gửi bấy nhiêu.',
        ),
      },
      {
        id: 'first-twice',
        text: text(
          '2, 1, 1: the first was not acknowledged and comes again',
          '2, 1, 1: cái đầu chưa được ack nên tới lại',
        ),
        why: text(
          'That is at-least-once. Here nothing can come again: for the broker the delivery was the end.',
          'Đó là at-least-once. Ở đây không gì tới lại được: với broker thì giao xong là hết.',
        ),
      },
    ],
    answer: 'others-lost',
  },
  scenario: (lab) => killedAfterCommit(lab, 'at-most-once'),
  came: (seen) => cameOf(seen, { '1,0,0': 'others-lost', '1,1,1': 'all-once', '2,1,1': 'first-twice' }),
}
