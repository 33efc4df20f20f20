/** The readiness quiz: five questions that use the whole week. Every wrong answer is somebody's sincere belief. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

const item = 'final.11'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'three-promises',
    item,
    ask: text(
      'Checkout has the broker’s confirm for a payment. The wallet’s queue is empty, and nothing of it is unacknowledged. The books do not have the payment. Which promise was broken?',
      'Checkout đã có confirm của broker cho một thanh toán. Queue của ví trống, không có gì chưa ack. Sổ không có thanh toán đó. Lời hứa nào đã bị phá?',
    ),
    options: [
      {
        id: 'confirm',
        text: text(
          'The confirm: it said that the payment was processed',
          'Confirm: nó nói thanh toán đã được xử lý',
        ),
        why: text(
          'The confirm speaks of the broker alone. It took the message, by the rules of its queues, and may have kept its word.',
          'Confirm chỉ nói về broker. Nó đã nhận message theo luật của queue, và có thể đã giữ lời.',
        ),
      },
      {
        id: 'cannot-tell',
        text: text(
          'One can’t tell yet: the message may never have had a queue, or was acknowledged without being booked',
          'Chưa thể biết: có thể message chưa từng có queue, hoặc đã ack mà chưa ghi sổ',
        ),
        why: text(
          'Both leave these facts. The publisher’s mandatory flag tells the first, the order of commit and ack the second; comparing ids at both ends finds either.',
          'Cả hai đều để lại đúng những dấu vết này. Cờ mandatory cho biết trường hợp đầu, thứ tự commit và ack cho biết trường hợp sau; đối soát id hai đầu thì tìm ra cả hai.',
        ),
      },
      {
        id: 'ack',
        text: text('The ack: the wallet acknowledged too early', 'Ack: ví ack quá sớm'),
        why: text(
          'Possible, and it looks the same as a message that no queue was bound for. Whoever is sure here repairs the wrong service.',
          'Có thể, nhưng trông y như message không có queue nào bind. Ai tin chắc ở đây thì sẽ sửa nhầm service.',
        ),
      },
    ],
    answer: 'cannot-tell',
  },
  {
    kind: 'trace',
    id: 'crash-between',
    item,
    ask: text(
      'A consumer with an inbox commits the booking of …a3f and is killed before its ack arrives. What is seen from then on, in which order?',
      'Consumer có inbox commit bút toán của …a3f rồi bị kill trước khi ack tới nơi. Từ đó thấy gì, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'redelivered',
        text: text('…a3f is delivered again, flagged redelivered', '…a3f được giao lại, có cờ redelivered'),
        why: text(
          'Without an ack the broker can only hand it out again.',
          'Không có ack thì broker chỉ có thể giao lại.',
        ),
      },
      {
        id: 'insert-fails',
        text: text('the insert into the inbox finds the id', 'lệnh chèn vào inbox thấy id đã có'),
        why: text(
          'The note was committed with the booking, so it is there before anything else is done.',
          'Dấu đã commit cùng bút toán, nên nó có sẵn trước mọi việc khác.',
        ),
      },
      {
        id: 'ack',
        text: text('…a3f is acknowledged', '…a3f được ack'),
        why: text(
          'What the message asks for has happened; a copy is acked like the first.',
          'Việc message yêu cầu đã xong; bản trùng được ack như bản đầu.',
        ),
      },
      {
        id: 'second-entry',
        text: text('a second entry is booked', 'bút toán thứ hai được ghi'),
        why: text(
          'It would be if the note stood in another store, or in a transaction of its own.',
          'Chỉ khi dấu nằm ở kho khác, hoặc trong transaction riêng.',
        ),
      },
      {
        id: 'dead-letter',
        text: text('…a3f goes to the dead letter queue', '…a3f vào dead letter queue'),
        why: text(
          'Nobody rejects a message whose work is done.',
          'Không ai reject một message đã làm xong việc.',
        ),
      },
    ],
    answer: ['redelivered', 'insert-fails', 'ack'],
  },
  {
    kind: 'number',
    id: 'sixth-member',
    item,
    unit: text('partitions', 'partition'),
    ask: text(
      'A topic has 10 partitions, the group 5 members. A sixth joins and the group rebalances. How many partitions does the member with the fewest have?',
      'Topic có 10 partition, group có 5 member. Member thứ sáu vào và group rebalance. Member ít nhất có mấy partition?',
    ),
    answer: 1,
    why: text(
      '2, 2, 2, 2, 1, 1: partitions are dealt out whole, as evenly as they go.',
      '2, 2, 2, 2, 1, 1: partition được chia nguyên cái, đều nhất có thể.',
    ),
    near: [
      {
        value: 0,
        why: text(
          'A member is idle when there are more members than partitions: from the eleventh on.',
          'Member chỉ ngồi không khi số member nhiều hơn số partition: từ cái thứ mười một.',
        ),
      },
      {
        value: 2,
        why: text(
          'Then twelve partitions would have been dealt out.',
          'Vậy thì đã chia ra mười hai partition.',
        ),
      },
    ],
    otherwise: text(
      'Ten are dealt out among six, whole, as evenly as they go.',
      'Mười cái chia cho sáu, nguyên cái, đều nhất có thể.',
    ),
  },
  {
    kind: 'choice',
    id: 'retry-or-not',
    item,
    ask: text(
      'The wallet answers three failures in one minute: the database is restarting; the amount is in a currency that does not exist; the merchant’s account is frozen until tomorrow. What do you do with the three messages?',
      'Trong một phút ví gặp ba lỗi: database đang khởi động lại; số tiền ở loại tiền không tồn tại; tài khoản merchant bị đóng băng tới mai. Bạn làm gì với ba message đó?',
    ),
    options: [
      {
        id: 'all-retry',
        text: text(
          'Retry all three with backoff and jitter, five times',
          'Retry cả ba có backoff và jitter, năm lần',
        ),
        why: text(
          'The second never succeeds, and the third not before tomorrow: five attempts in two minutes are noise, then both are dead letters.',
          'Cái thứ hai không bao giờ thành, cái thứ ba thì tới mai mới thành: năm lần trong hai phút chỉ là ồn, rồi cả hai thành dead letter.',
        ),
      },
      {
        id: 'sorted',
        text: text(
          'Retry the first with backoff, set the second aside at once, put the third off until tomorrow',
          'Cái đầu retry có backoff, cái thứ hai gạt riêng ngay, cái thứ ba hoãn tới mai',
        ),
        why: text(
          'An error is asked how long it lasts: seconds, for ever, until a known time. Each has its own place to wait.',
          'Hãy hỏi lỗi kéo dài bao lâu: vài giây, mãi mãi, tới một giờ đã biết. Mỗi loại có chỗ chờ riêng.',
        ),
      },
      {
        id: 'all-dead',
        text: text(
          'All three to the dead letter queue: a person decides',
          'Cả ba vào dead letter queue: để người quyết định',
        ),
        why: text(
          'Every restart of the database would then fill the queue with sound payments, and the person stops reading.',
          'Vậy mỗi lần database khởi động lại, queue đầy thanh toán lành, và người ta sẽ thôi đọc.',
        ),
      },
    ],
    answer: 'sorted',
  },
  {
    kind: 'choice',
    id: 'week-8',
    item,
    ask: text(
      'In week 8 a colleague splits the wallet off into a service with a database of its own and asks for "exactly once between the two". What do you offer?',
      'Sang tuần 8, đồng nghiệp tách ví thành service có database riêng và muốn "đúng một lần giữa hai bên". Bạn đề xuất gì?',
    ),
    options: [
      {
        id: 'broker-setting',
        text: text('A broker that delivers exactly once', 'Một broker giao đúng một lần'),
        why: text(
          'None does between two databases: its transactions end at its own log.',
          'Không broker nào làm được giữa hai database: transaction của nó dừng ở log của chính nó.',
        ),
      },
      {
        id: 'two-phase',
        text: text('A transaction over both databases', 'Một transaction phủ cả hai database'),
        why: text(
          'It couples their availability: each stands still while the other, or the coordinator, is down.',
          'Nó buộc hai bên cùng sống cùng chết: bên này đứng khi bên kia hoặc bên điều phối sập.',
        ),
      },
      {
        id: 'outbox-inbox',
        text: text(
          'An outbox on one side, an inbox on the other, at-least-once between them',
          'Outbox ở bên này, inbox ở bên kia, ở giữa là at-least-once',
        ),
        why: text(
          'Each side commits alone; the message repeats until it is noted; its effect happens once. That is what the words can mean.',
          'Bên nào commit bên nấy; message lặp lại tới khi có dấu; kết quả xảy ra một lần. Đó là điều mấy chữ ấy có thể có nghĩa.',
        ),
      },
    ],
    answer: 'outbox-inbox',
  },
]
