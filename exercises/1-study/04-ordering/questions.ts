/** The questions of study-04: which order is kept between which messages, and what breaks it. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'which-swap-hurts',
    item: 'study-04.1',
    ask: text(
      'Two events of one wallet swap places before they are applied. In which pair does the balance come out wrong?',
      'Hai event của cùng một ví đổi chỗ trước khi được áp dụng. Cặp nào làm số dư sai?',
    ),
    options: [
      {
        id: 'two-credits',
        text: text('credit 30, credit 50', 'cộng 30, cộng 50'),
        why: text(
          'Sums commute: 80 either way. Such events need no order, only that each is applied once.',
          'Phép cộng giao hoán: đằng nào cũng là 80. Loại event này không cần thứ tự, chỉ cần mỗi cái áp dụng đúng một lần.',
        ),
      },
      {
        id: 'credit-debit-unguarded',
        text: text(
          'credit 100, debit 80, where the balance may go below zero meanwhile',
          'cộng 100, trừ 80, khi số dư được phép âm tạm thời',
        ),
        why: text(
          'In the middle it is -80, at the end 20. Without a guard the end does not depend on the order.',
          'Giữa chừng là -80, cuối cùng vẫn 20. Không có điều kiện chặn thì kết quả cuối không phụ thuộc thứ tự.',
        ),
      },
      {
        id: 'set-set',
        text: text('"balance is 120", "balance is 40"', '"số dư là 120", "số dư là 40"'),
        why: text(
          'Absolute values: the last to be applied wins, so after a swap the wallet shows 120 for good. They need order, or a version that lets the older one be recognised.',
          'Giá trị tuyệt đối: cái áp dụng sau cùng sẽ thắng, nên đổi chỗ là ví hiện 120 mãi. Cần thứ tự, hoặc version để nhận ra cái cũ.',
        ),
      },
    ],
    answer: 'set-set',
  },
  {
    kind: 'choice',
    id: 'how-far-fifo',
    item: 'study-04.2',
    ask: text(
      'Up to which moment is a RabbitMQ queue first in, first out?',
      'Queue của RabbitMQ giữ vào trước ra trước tới thời điểm nào?',
    ),
    options: [
      {
        id: 'delivery',
        text: text(
          'Up to the delivery, as long as nothing is put back',
          'Tới lúc giao, miễn là không có gì bị trả lại',
        ),
        why: text(
          'The queue hands out in order. Who finishes first, and what a requeue does to the line, is decided afterwards, by consumers.',
          'Queue giao theo thứ tự. Ai xong trước, và requeue làm gì với hàng đợi, là chuyện sau đó của các consumer.',
        ),
      },
      {
        id: 'ack',
        text: text(
          'Up to the ack: the second is acknowledged after the first',
          'Tới lúc ack: cái thứ hai được ack sau cái thứ nhất',
        ),
        why: text(
          'Acks may come in any order and the broker takes them as they come; so two workers, or a prefetch above 1, are enough to apply in another order.',
          'Ack tới theo thứ tự nào broker cũng nhận; vậy nên chỉ cần hai worker, hay prefetch lớn hơn 1, là áp dụng sai thứ tự.',
        ),
      },
      {
        id: 'publish',
        text: text(
          'Not even to the delivery: two channels publish at once',
          'Không tới cả lúc giao: hai channel có thể cùng gửi',
        ),
        why: text(
          'Two publishers have no order between them to begin with. What one channel publishes to one queue is kept in order.',
          'Hai bên gửi vốn không có thứ tự giữa chúng. Những gì một channel gửi vào một queue thì được giữ đúng thứ tự.',
        ),
      },
    ],
    answer: 'delivery',
  },
  {
    kind: 'choice',
    id: 'order-between-what',
    item: 'study-04.3',
    ask: text(
      'A topic has 6 partitions. Between which records does Kafka keep the order in which they were appended?',
      'Topic có 6 partition. Kafka giữ thứ tự ghi giữa những record nào?',
    ),
    options: [
      {
        id: 'same-partition',
        text: text('Between records of the same partition', 'Giữa các record cùng partition'),
        why: text(
          'An offset orders one log. Equal keys share a partition, so each key has its order, as long as the number of partitions stays.',
          'Offset xếp thứ tự trong một log. Key giống nhau thì cùng partition, nên mỗi key có thứ tự của nó, chừng nào số partition chưa đổi.',
        ),
      },
      {
        id: 'same-producer',
        text: text('Between records of the same producer', 'Giữa các record của cùng một producer'),
        why: text(
          'Only those that go to the same partition. To two partitions a producer sends in two batches, and either may arrive first.',
          'Chỉ những cái vào cùng partition. Gửi tới hai partition là hai batch, batch nào tới trước cũng có thể.',
        ),
      },
      {
        id: 'same-timestamp-order',
        text: text(
          'Between all: each record carries a timestamp',
          'Giữa tất cả: record nào cũng có timestamp',
        ),
        why: text(
          'Clocks of two producers differ by more than a record takes. Sorting by timestamp orders what seems to be, not what happened.',
          'Đồng hồ hai producer lệch nhau nhiều hơn thời gian gửi một record. Sắp theo timestamp là sắp cái có vẻ như vậy, không phải điều đã xảy ra.',
        ),
      },
    ],
    answer: 'same-partition',
  },
  {
    kind: 'choice',
    id: 'retry-topic',
    item: 'study-04.6',
    ask: text(
      'Records are processed one after another, key by wallet. One fails and is published to a retry topic, so that its partition goes on. Which remedy keeps the wallet in order?',
      'Record được xử lý lần lượt, key là ví. Một cái lỗi và được gửi sang retry topic để partition chạy tiếp. Cách chữa nào giữ được thứ tự cho ví?',
    ),
    options: [
      {
        id: 'park-the-key',
        text: text(
          'Park the whole wallet: its later records go behind the failed one until that is done',
          'Tạm dừng cả ví đó: các record sau của ví xếp sau cái lỗi cho tới khi nó xong',
        ),
        why: text(
          'Order for a key means that nothing of that key may pass. Either the partition waits, or this one key does; the other wallets go on.',
          'Giữ thứ tự theo key nghĩa là không gì của key đó được vượt lên. Hoặc cả partition chờ, hoặc chỉ key này chờ; ví khác vẫn chạy.',
        ),
      },
      {
        id: 'same-key-in-retry',
        text: text('Use the same key in the retry topic', 'Dùng cùng key trong retry topic'),
        why: text(
          'That orders the failed ones among themselves. The wallet’s next record is still in the main topic and passes them.',
          'Cách đó chỉ giữ thứ tự giữa các record lỗi với nhau. Record kế tiếp của ví vẫn ở topic chính và vượt lên.',
        ),
      },
      {
        id: 'more-partitions',
        text: text(
          'Give the retry topic as many partitions as the main one',
          'Cho retry topic số partition bằng topic chính',
        ),
        why: text(
          'The failed record then waits in partition 3 of another topic, while its followers go on in partition 3 of this one.',
          'Khi đó record lỗi chờ ở partition 3 của topic khác, còn các record sau nó vẫn chạy ở partition 3 của topic này.',
        ),
      },
    ],
    answer: 'park-the-key',
  },
  {
    kind: 'trace',
    id: 'gap',
    item: 'study-04.6',
    ask: text(
      'Each event of a wallet carries the writer’s version. The consumer has applied version 7; now version 9 arrives, then 8, then 8 again. What does a consumer do that keeps the order, in which sequence?',
      'Mỗi event của ví mang version do bên ghi đánh. Consumer đã áp dụng version 7; giờ version 9 tới, rồi 8, rồi lại 8. Consumer giữ thứ tự sẽ làm gì, theo trình tự nào?',
    ),
    lines: [
      {
        id: 'park-9',
        text: text(
          'keep 9 aside, unacknowledged or stored, and note the gap',
          'để 9 qua một bên, chưa ack hoặc lưu lại, và ghi nhận chỗ trống',
        ),
        why: text(
          '9 comes first and can’t be applied: 8 is missing. It must not be lost meanwhile, so it is parked in a bounded and durable place.',
          '9 tới trước mà chưa áp dụng được vì thiếu 8. Trong lúc đó không được mất nó, nên phải để ở nơi có giới hạn và bền.',
        ),
      },
      {
        id: 'apply-8',
        text: text('apply 8', 'áp dụng 8'),
        why: text(
          '8 is the next after 7, so it is applied as soon as it comes.',
          '8 là số kế tiếp của 7 nên tới là áp dụng ngay.',
        ),
      },
      {
        id: 'apply-9',
        text: text('apply 9 out of the parking place', 'áp dụng 9 lấy từ chỗ để tạm'),
        why: text(
          'With 8 the gap is closed; what waited behind it follows at once, not at the next delivery.',
          'Có 8 là hết chỗ trống; cái chờ sau nó được áp dụng ngay, không đợi lần giao sau.',
        ),
      },
      {
        id: 'drop-8',
        text: text(
          'recognise the second 8 as a repeat and acknowledge it',
          'nhận ra số 8 thứ hai là bản trùng và ack',
        ),
        why: text(
          'It comes last, when 9 has been applied: a version that is not above the last one is a repeat, and an ack without effect is all it needs.',
          'Nó tới sau cùng, khi 9 đã áp dụng: version không lớn hơn version cuối là bản trùng, chỉ cần ack mà không làm gì.',
        ),
      },
      {
        id: 'reject-9',
        text: text(
          'reject 9 into the dead letter queue, since it is out of order',
          'reject 9 vào dead letter queue vì sai thứ tự',
        ),
        why: text(
          'There is nothing wrong with 9, it is early. In the DLQ it would be missing when 8 comes.',
          '9 không có gì sai, chỉ là tới sớm. Đưa vào DLQ thì khi 8 tới lại thiếu nó.',
        ),
      },
      {
        id: 'sort',
        text: text(
          'wait a second and sort what came by timestamp',
          'chờ một giây rồi sắp xếp những gì đã tới theo timestamp',
        ),
        why: text(
          'A second is a guess and a timestamp is another clock’s opinion. The version says exactly what is missing.',
          'Một giây là đoán mò, còn timestamp là ý kiến của đồng hồ khác. Version nói chính xác cái gì còn thiếu.',
        ),
      },
    ],
    answer: ['park-9', 'apply-8', 'apply-9', 'drop-8'],
  },
  {
    kind: 'choice',
    id: 'repeat-recognised',
    item: 'study-04.7',
    ask: text(
      'By what does an idempotent handler know that a delivered payment is a repeat?',
      'Handler idempotent nhận ra một thanh toán được giao là bản trùng nhờ đâu?',
    ),
    options: [
      {
        id: 'own-note',
        text: text(
          'By its own note of the message’s id, made in the transaction that booked it',
          'Nhờ ghi chú của chính nó về id của message, ghi trong transaction đã ghi sổ',
        ),
        why: text(
          'If the booking is there, the note is there, and the other way round. A repeat finds it and is acknowledged without effect, so a redelivery, however late or out of place, changes nothing.',
          'Có bút toán thì có ghi chú, và ngược lại. Bản trùng gặp ghi chú này thì chỉ được ack, nên giao lại dù muộn hay sai chỗ cũng không đổi gì.',
        ),
      },
      {
        id: 'flag',
        text: text('By the redelivered flag', 'Nhờ cờ redelivered'),
        why: text(
          'The flag says that a delivery was tried, not that it was booked; and a producer that sends twice makes repeats without the flag.',
          'Cờ chỉ nói đã từng giao, không nói đã ghi sổ; còn producer gửi hai lần thì bản trùng không hề có cờ.',
        ),
      },
      {
        id: 'tag',
        text: text('By the delivery tag or the offset', 'Nhờ delivery tag hay offset'),
        why: text(
          'A redelivery has another tag, and a resend another offset. They number deliveries and places, not payments.',
          'Giao lại thì tag khác, gửi lại thì offset khác. Chúng đánh số lần giao và vị trí, không đánh số thanh toán.',
        ),
      },
      {
        id: 'content',
        text: text('By amount, wallet and second being the same', 'Nhờ số tiền, ví và giây giống nhau'),
        why: text(
          'Two coffees in one second are two payments. Look-alikes would be thrown away as repeats.',
          'Hai ly cà phê trong cùng một giây vẫn là hai thanh toán. Những cái trông giống nhau sẽ bị bỏ oan.',
        ),
      },
    ],
    answer: 'own-note',
  },
]
