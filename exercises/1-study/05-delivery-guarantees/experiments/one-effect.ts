/** The same kill once more; this wallet notes each id in the transaction that books it. */
import type { Experiment } from '#lab/study/experiment'
import { text } from '#lab/verdict/language'
import { cameOf, killedAfterCommit, type Seen } from './scenes/killed-after-commit.ts'

export const experiment: Experiment<Seen> = {
  name: 'one-effect',
  place: 3,
  needs: ['inspect'],
  shows: text(
    'delivered twice and booked once, when the note of the id shares the transaction of the booking',
    'giao hai lần mà ghi sổ một lần, khi ghi chú id nằm chung transaction với bút toán',
  ),
  question: {
    kind: 'choice',
    id: 'one-effect',
    item: 'study-05.7',
    ask: text(
      'Again the ack follows the commit, and again the SIGKILL comes between the two. But in the transaction that books a payment the wallet also inserts its id into a table with a primary key, and books nothing when the id is there. How often is each payment booked, and how often was the first delivered?',
      'Vẫn ack sau commit, và SIGKILL vẫn rơi vào giữa. Nhưng trong transaction ghi sổ, ví còn chèn id vào một bảng có primary key, id đã có thì không ghi sổ nữa. Mỗi thanh toán được ghi mấy lần, và cái đầu được giao mấy lần?',
    ),
    options: [
      {
        id: 'once-each',
        text: text('1, 1, 1; the first was delivered twice', '1, 1, 1; cái đầu được giao hai lần'),
        why: text(
          'Delivery stayed at least once. The effect is once, because note and booking are committed together or not at all.',
          'Việc giao vẫn là ít nhất một lần. Tác dụng thì đúng một lần, vì ghi chú và bút toán cùng commit hoặc cùng không.',
        ),
      },
      {
        id: 'first-lost',
        text: text(
          '0, 1, 1: the note is there already when it comes again, so it is skipped',
          '0, 1, 1: khi tới lại thì đã có ghi chú nên bị bỏ qua',
        ),
        why: text(
          'So it would be if the note were committed before the booking, in a transaction of its own, and the kill came between.',
          'Chỉ khi ghi chú được commit trước bút toán, trong transaction riêng, và bị kill ở giữa thì mới vậy.',
        ),
      },
      {
        id: 'first-twice',
        text: text('2, 1, 1: the process that noted it is gone', '2, 1, 1: process đã ghi chú không còn'),
        why: text(
          'A note in memory would be gone with it. This one is in the database, and the new process finds it.',
          'Ghi chú trong bộ nhớ thì mất theo. Còn ghi chú này nằm trong database, process mới vẫn thấy.',
        ),
      },
    ],
    answer: 'once-each',
  },
  scenario: (lab) => killedAfterCommit(lab, 'one-effect'),
  came: (seen) => cameOf(seen, { '1,1,1': 'once-each', '0,1,1': 'first-lost', '2,1,1': 'first-twice' }),
}
