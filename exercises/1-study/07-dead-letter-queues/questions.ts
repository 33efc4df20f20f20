/** The questions of study-07. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'what-makes-a-dlq',
    item: 'study-07.1',
    ask: text(
      'You look at a queue on a RabbitMQ node. What tells you that it is a dead letter queue?',
      'Bạn nhìn một queue trên RabbitMQ. Điều gì cho biết nó là dead letter queue?',
    ),
    options: [
      {
        id: 'others',
        text: text(
          'Nothing about the queue itself: other queues name an exchange, and this one is bound there',
          'Không có gì ở chính queue đó: các queue khác nhắc tới một exchange, và nó được bind vào đó',
        ),
        why: text(
          'A DLQ is a role. The queue in which messages die has x-dead-letter-exchange; what stands behind that exchange is an ordinary queue with an ordinary binding.',
          'DLQ là một vai trò. Queue nơi message chết mới có x-dead-letter-exchange; thứ đứng sau exchange đó là một queue bình thường với binding bình thường.',
        ),
      },
      {
        id: 'type',
        text: text('Its type, x-queue-type: dlq', 'Loại của nó, x-queue-type: dlq'),
        why: text(
          'There are classic and quorum queues and streams, and no such type. It is not even needed that somebody meant it as one.',
          'Chỉ có classic, quorum và stream, không có loại đó. Thậm chí không cần ai định dùng nó làm DLQ.',
        ),
      },
      {
        id: 'argument',
        text: text('Its argument x-dead-letter-exchange', 'Argument x-dead-letter-exchange của nó'),
        why: text(
          'That stands on the queue from which dead messages leave. On a DLQ it would send on what dies there, which is how circles begin.',
          'Argument đó nằm ở queue mà message chết rời đi. Đặt trên DLQ thì message chết ở đó lại đi tiếp, và vòng lặp bắt đầu như vậy.',
        ),
      },
    ],
    answer: 'others',
  },
  {
    kind: 'choice',
    id: 'looks-like-death',
    item: 'study-07.2',
    ask: text(
      'After a deployment the DLQ holds 300 messages with the reason "expired", and the handler’s log has no error. What happened?',
      'Sau một lần deploy, DLQ có 300 message với lý do "expired", mà log của handler không có lỗi nào. Chuyện gì đã xảy ra?',
    ),
    options: [
      {
        id: 'nobody-read',
        text: text(
          'The work queue has a time-to-live, and nobody read it during the deployment',
          'Work queue có time-to-live, và trong lúc deploy không ai đọc nó',
        ),
        why: text(
          '"expired" says that a message waited too long for a consumer. No handler ever saw these, which is why no handler has an error.',
          '"expired" nói message chờ consumer quá lâu. Không handler nào thấy chúng, nên không handler nào có lỗi.',
        ),
      },
      {
        id: 'handler-slow',
        text: text('The handler took longer than the time-to-live', 'Handler chạy lâu hơn time-to-live'),
        why: text(
          'A message in a consumer’s hands does not expire. Its time counts while it waits in the queue.',
          'Message đang trong tay consumer thì không hết hạn. Thời gian chỉ tính khi nó chờ trong queue.',
        ),
      },
      {
        id: 'ack-timeout',
        text: text('The ack timeout ran out', 'Hết ack timeout'),
        why: text(
          'Then the channel is closed and the message goes back to its queue. No death, and another message in the log.',
          'Khi đó channel bị đóng và message trở về queue. Không phải chết, và log sẽ nói khác.',
        ),
      },
    ],
    answer: 'nobody-read',
  },
  {
    kind: 'number',
    id: 'when-does-it-leave',
    item: 'study-07.3',
    unit: text('seconds', 'giây'),
    ask: text(
      'At second 0 three messages enter a wait queue, in this order, with expirations of 10, 30 and 5 seconds. At which second does the third leave?',
      'Ở giây 0, ba message lần lượt vào một wait queue, thời hạn 10, 30 và 5 giây. Cái thứ ba rời đi ở giây nào?',
    ),
    answer: 30,
    why: text(
      'It becomes the head when the second has left, at 30, and is then long expired.',
      'Nó lên đầu hàng khi cái thứ hai đi, ở giây 30, và lúc đó đã quá hạn từ lâu.',
    ),
    near: [
      {
        value: 5,
        why: text(
          'It expires then, but it stands third, and only the head is looked at.',
          'Lúc đó nó hết hạn, nhưng đang đứng thứ ba, mà chỉ đầu hàng được xét.',
        ),
      },
      {
        value: 10,
        why: text(
          'Then the first leaves. The second, with 30, is the head now.',
          'Lúc đó cái thứ nhất đi. Cái thứ hai, 30 giây, lên đầu hàng.',
        ),
      },
      {
        value: 45,
        why: text(
          'The times run side by side from the start, they do not add up.',
          'Các thời hạn chạy song song từ đầu, không cộng dồn.',
        ),
      },
    ],
    otherwise: text(
      'Ask at each second which message is the head, and whether its time is up.',
      'Ở mỗi giây hãy hỏi message nào đang đứng đầu, và nó đã tới giờ chưa.',
    ),
  },
  {
    kind: 'choice',
    id: 'counter-survives',
    item: 'study-07.4',
    ask: text(
      'A handler keeps a Map from message id to attempts and gives up at five. The service is restarted every night. What does a poisoned message do?',
      'Một handler giữ một Map từ message id sang số lần thử và bỏ cuộc ở lần thứ năm. Service được khởi động lại hằng đêm. Message độc sẽ làm gì?',
    ),
    options: [
      {
        id: 'forever',
        text: text(
          'With slow retries it never reaches five: each restart begins at one',
          'Nếu retry chậm thì nó không bao giờ tới năm: lần nào khởi động lại cũng đếm từ một',
        ),
        why: text(
          'The count must stand where the message stands: in a header that is published with it, in x-delivery-count of a quorum queue, or in a table.',
          'Bộ đếm phải nằm ở nơi message nằm: trong header được gửi kèm, trong x-delivery-count của quorum queue, hoặc trong một bảng.',
        ),
      },
      {
        id: 'broker-knows',
        text: text('The broker goes on counting where the Map stopped', 'Broker đếm tiếp từ chỗ Map dừng'),
        why: text(
          'The broker counts deliveries that came back to a quorum queue, and knows nothing of the Map. In a classic queue nobody counts.',
          'Broker đếm số lần message trả về quorum queue, và không biết gì về Map. Với classic queue thì không ai đếm.',
        ),
      },
      {
        id: 'redelivered-flag',
        text: text(
          'The redelivered flag tells that it is not the first time',
          'Cờ redelivered cho biết không phải lần đầu',
        ),
        why: text(
          'One bit: not the first time. It can’t tell the second from the fiftieth, and a message that came by way of a wait queue does not even have it.',
          'Chỉ một bit: không phải lần đầu. Nó không phân biệt lần hai với lần năm mươi, và message đi qua wait queue thì còn không có cờ.',
        ),
      },
    ],
    answer: 'forever',
  },
  {
    kind: 'trace',
    id: 'redrive-and-crash',
    item: 'study-07.5',
    ask: text(
      'A tool sends a dead payment back to its work queue and wants neither to lose nor to double it. The consumer there has an inbox. Which steps, in which order?',
      'Một công cụ gửi một thanh toán chết về lại work queue và không muốn mất cũng không muốn trùng. Consumer ở đó có inbox. Những bước nào, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'get',
        text: text('get it from the DLQ, without automatic ack', 'lấy nó ra khỏi DLQ, không auto-ack'),
        why: text(
          'Until it is safe elsewhere the DLQ must still have it.',
          'Chừng nào chưa yên ở nơi khác thì DLQ vẫn phải còn giữ nó.',
        ),
      },
      {
        id: 'publish',
        text: text(
          'publish it to its first exchange and key, under the same id',
          'gửi nó tới exchange và key ban đầu, với cùng id',
        ),
        why: text(
          'By the same id the consumer’s inbox knows it again, should it have been booked before it died.',
          'Nhờ cùng id mà inbox của consumer nhận ra nó, lỡ như nó đã được ghi sổ trước khi chết.',
        ),
      },
      {
        id: 'confirm',
        text: text(
          'wait for the confirm, and that it was not returned',
          'chờ confirm, và chắc rằng nó không bị return',
        ),
        why: text(
          'Published is not arrived. Only the confirm lets the DLQ forget.',
          'Gửi đi chưa phải là tới. Có confirm mới được để DLQ quên.',
        ),
      },
      {
        id: 'ack',
        text: text('ack it in the DLQ', 'ack nó ở DLQ'),
        why: text(
          'Last: a crash before leaves it in both places, which the id makes harmless. A crash after an early ack would leave it in none.',
          'Sau cùng: crash trước bước này thì nó nằm ở cả hai nơi, nhờ id mà vô hại. Ack sớm rồi crash thì nó không còn ở đâu.',
        ),
      },
      {
        id: 'new-id',
        text: text('give it a new id, so that the inbox does not drop it', 'cấp id mới để inbox không bỏ nó'),
        why: text(
          'If the inbox knows the id, the payment was booked, and dropping the copy is right. A new id would book it twice.',
          'Nếu inbox đã biết id thì thanh toán đã ghi sổ, bỏ bản này là đúng. Id mới sẽ làm nó bị ghi hai lần.',
        ),
      },
      {
        id: 'purge',
        text: text('purge the DLQ when all are through', 'purge DLQ khi xong hết'),
        why: text(
          'It would take along whatever died in the meantime.',
          'Làm vậy sẽ cuốn theo những thứ vừa chết trong lúc đó.',
        ),
      },
    ],
    answer: ['get', 'publish', 'confirm', 'ack'],
  },
  {
    kind: 'choice',
    id: 'which-alert',
    item: 'study-07.6',
    ask: text(
      'The DLQ of a payment consumer normally holds 0 messages. Which alert catches both a single lost payment and a flood, and can be resolved?',
      'DLQ của một consumer thanh toán bình thường có 0 message. Cảnh báo nào bắt được cả một thanh toán đơn lẻ lẫn một cơn lũ, và có thể tắt đi khi xử lý xong?',
    ),
    options: [
      {
        id: 'depth-and-inflow',
        text: text(
          'Depth above 0 for five minutes, and the inflow as a rate besides',
          'Độ sâu trên 0 suốt năm phút, cộng với tốc độ vào',
        ),
        why: text(
          'Where a message is money, one is reason enough, and it stays an alert until somebody has emptied the queue. The rate tells a defect of one message from a defect of the service.',
          'Message là tiền thì một cái cũng đủ lý do, và nó còn là cảnh báo cho tới khi có người dọn. Tốc độ vào phân biệt lỗi của một message với lỗi của cả service.',
        ),
      },
      {
        id: 'above-100',
        text: text('Depth above 100', 'Độ sâu trên 100'),
        why: text(
          'It sleeps through the one payment of 90 million, and through 99 of them.',
          'Nó ngủ qua một thanh toán 90 triệu, và qua cả 99 cái như thế.',
        ),
      },
      {
        id: 'log-line',
        text: text('Every line in the log that says "dead-lettered"', 'Mỗi dòng log có chữ "dead-lettered"'),
        why: text(
          'Nobody logs a line when the broker buries an expired message. And a line is an event that no one can resolve; a depth is a state.',
          'Broker chôn message hết hạn thì không ai ghi dòng nào. Hơn nữa dòng log là một sự kiện, không tắt được; độ sâu là một trạng thái.',
        ),
      },
    ],
    answer: 'depth-and-inflow',
  },
]
