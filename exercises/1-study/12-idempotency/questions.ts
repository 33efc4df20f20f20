/** The questions of study-12. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'answer-to-a-duplicate',
    item: 'study-12.1',
    ask: text(
      'A consumer inserts the message id into its inbox and finds that it is there already. What is the right answer to the broker, and why?',
      'Consumer chèn message id vào inbox thì thấy id đã có. Trả lời broker thế nào mới đúng, và vì sao?',
    ),
    options: [
      {
        id: 'ack',
        text: text('Ack: what the message asks for has been done', 'Ack: việc message yêu cầu đã làm xong'),
        why: text(
          'An ack says "you may forget it". That is true of a duplicate as much as of a first copy, and it is the only answer that ends the matter.',
          'Ack nghĩa là "quên đi được rồi". Điều đó đúng với bản trùng cũng như bản đầu, và là câu trả lời duy nhất khép lại chuyện này.',
        ),
      },
      {
        id: 'nothing',
        text: text(
          'None: without an ack the broker will drop the copy in time',
          'Không trả lời: không có ack thì rồi broker cũng bỏ bản đó',
        ),
        why: text(
          'Without an ack the message stays unacknowledged and takes a place of the prefetch until the connection or the ack timeout ends it. Then it comes again.',
          'Không ack thì message nằm mãi ở trạng thái unacked, chiếm một chỗ trong prefetch cho tới khi kết nối hay ack timeout chấm dứt. Rồi nó lại tới.',
        ),
      },
      {
        id: 'reject',
        text: text('Reject without requeue: it is invalid', 'Reject không requeue: message này không hợp lệ'),
        why: text(
          'It is as valid as the first. Rejected, it lands in the dead letter queue, and every network hiccup fills that queue with letters nobody needs to read.',
          'Nó hợp lệ y như bản đầu. Reject thì nó vào dead letter queue, và cứ mạng chập chờn là queue đó đầy những thứ không ai cần đọc.',
        ),
      },
    ],
    answer: 'ack',
  },
  {
    kind: 'choice',
    id: 'same-id-other-amount',
    item: 'study-12.1',
    ask: text(
      'The inbox knows id …a3f with 42,000 VND. Now a message with id …a3f and 420,000 VND arrives. What is it?',
      'Inbox đã có id …a3f với 42.000 ₫. Giờ có message id …a3f với 420.000 ₫. Nó là gì?',
    ),
    options: [
      {
        id: 'conflict',
        text: text(
          'A conflict: put it aside with both payloads, and find the producer that reuses ids',
          'Một xung đột: gạt riêng cùng cả hai nội dung, rồi tìm producer dùng lại id',
        ),
        why: text(
          'A duplicate is the same message again. Keeping a hash of the payload beside the id tells the two apart, and the defect is in a producer.',
          'Bản trùng là chính message đó lặp lại. Giữ thêm hash của nội dung bên cạnh id sẽ phân biệt được, và lỗi nằm ở một producer nào đó.',
        ),
      },
      {
        id: 'duplicate',
        text: text('A duplicate: the id decides', 'Bản trùng: cứ xét id'),
        why: text(
          'Then 420,000 VND are acknowledged and never booked, and nobody hears of it.',
          'Vậy thì 420.000 ₫ được ack mà không bao giờ ghi sổ, và không ai hay.',
        ),
      },
      {
        id: 'correction',
        text: text('A correction: the later one replaces the earlier', 'Bản sửa: cái sau thay cái trước'),
        why: text(
          'A correction is a fact of its own and needs an id of its own. And which of the two is later, the order of delivery does not tell.',
          'Sửa là một sự việc riêng, phải có id riêng. Hơn nữa thứ tự giao không nói được cái nào là sau.',
        ),
      },
    ],
    answer: 'conflict',
  },
  {
    kind: 'choice',
    id: 'when-the-key-is-made',
    item: 'study-12.2',
    ask: text(
      'A customer presses "Pay". Where must the idempotency key of this payment come from so that a double click, a retry of the app and a restart of the server all count as one?',
      'Khách bấm "Thanh toán". Idempotency key của thanh toán này phải từ đâu ra để bấm đúp, app retry, server khởi động lại đều chỉ tính là một?',
    ),
    options: [
      {
        id: 'when-the-form-opens',
        text: text(
          'From the app, once, when the payment page opens; kept with the order and sent with every attempt',
          'Từ app, một lần, khi mở trang thanh toán; lưu cùng đơn hàng và gửi kèm mọi lần thử',
        ),
        why: text(
          'The key stands for the intent. It must be there before the first thing that can be repeated, which is the click.',
          'Key đại diện cho ý định. Nó phải có trước thứ đầu tiên có thể lặp lại, tức là cú bấm.',
        ),
      },
      {
        id: 'when-the-request-arrives',
        text: text('From the server, when the request arrives', 'Từ server, khi request tới'),
        why: text(
          'Two clicks are two requests and would get two keys. It covers what happens behind the server, not in front of it.',
          'Hai cú bấm là hai request, sẽ có hai key. Nó che được phía sau server, không che được phía trước.',
        ),
      },
      {
        id: 'from-the-content',
        text: text('From a hash of customer, amount and minute', 'Từ hash của khách hàng, số tiền và phút'),
        why: text(
          'Two coffees for the same price in one minute are two honest payments; one would be dropped. And a retry after the minute has passed would be a second payment.',
          'Hai ly cà phê cùng giá trong một phút là hai thanh toán thật; một cái sẽ bị bỏ. Còn retry khi đã sang phút khác lại thành thanh toán thứ hai.',
        ),
      },
    ],
    answer: 'when-the-form-opens',
  },
  {
    kind: 'trace',
    id: 'crash-after-the-note',
    item: 'study-12.3',
    ask: text(
      'A wallet first commits "…a3f processed" into Redis and then books in its database. It gets a SIGKILL between the two. Which lines are seen from then on, and in which order?',
      'Ví commit "…a3f đã xử lý" vào Redis rồi mới ghi sổ trong database. Nó bị SIGKILL ở giữa. Từ đó sẽ thấy những dòng nào, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'requeued',
        text: text('the broker puts …a3f back', 'broker trả …a3f về queue'),
        why: text(
          'The connection is gone and the message was not acknowledged: first of all it is ready again.',
          'Kết nối mất mà message chưa ack: trước hết nó trở lại trạng thái ready.',
        ),
      },
      {
        id: 'delivered',
        text: text('…a3f is delivered, redelivered = true', '…a3f được giao, redelivered = true'),
        why: text(
          'Only what is back in the queue can be delivered; the flag tells the consumer that this may not be the first time.',
          'Có trở về queue thì mới giao được; cờ này báo cho consumer rằng có thể không phải lần đầu.',
        ),
      },
      {
        id: 'found',
        text: text('Redis says that …a3f was processed', 'Redis nói …a3f đã xử lý'),
        why: text(
          'The look-up comes with the delivery, and Redis survived. It tells what was noted, not what was done.',
          'Có giao thì mới tra, và Redis thì còn sống. Nó nói điều đã ghi nhớ, không phải điều đã làm.',
        ),
      },
      {
        id: 'acked',
        text: text('the wallet acks …a3f', 'ví ack …a3f'),
        why: text(
          'It believes the note, so to it this is a duplicate like any other: acknowledged, and gone from the broker.',
          'Nó tin vào dấu, nên với nó đây là bản trùng như mọi bản trùng: ack, và biến mất khỏi broker.',
        ),
      },
      {
        id: 'booked',
        text: text('the wallet books …a3f', 'ví ghi sổ …a3f'),
        why: text(
          'It would if the note were missing. With the note in another store than the books, there is a moment in which one is there and the other is not, and this crash hit it.',
          'Chỉ khi chưa có dấu. Dấu và sổ nằm ở hai nơi thì luôn có lúc nơi này có, nơi kia chưa, và crash rơi đúng lúc đó.',
        ),
      },
      {
        id: 'dead-lettered',
        text: text('…a3f goes to the dead letter queue', '…a3f vào dead letter queue'),
        why: text(
          'Nobody rejects it. That is what makes this loss so quiet: every party says "done".',
          'Không ai reject nó. Vì thế mất kiểu này rất im lặng: bên nào cũng nói "xong".',
        ),
      },
    ],
    answer: ['requeued', 'delivered', 'found', 'acked'],
  },
  {
    kind: 'choice',
    id: 'check-then-insert',
    item: 'study-12.3',
    ask: text(
      'Two instances of the wallet get the same message at the same moment. Each runs SELECT on the inbox, finds nothing, books, and then inserts the id; there is no unique key. What protects the books?',
      'Hai instance của ví nhận cùng một message đúng một lúc. Mỗi bên SELECT trên inbox, không thấy gì, ghi sổ, rồi chèn id; không có unique key. Cái gì bảo vệ sổ?',
    ),
    options: [
      {
        id: 'nothing',
        text: text(
          'Nothing: both book. The id needs a primary key, and the insert comes first, in the transaction',
          'Không gì cả: cả hai ghi sổ. Id phải là primary key, và phải chèn trước, trong transaction',
        ),
        why: text(
          'Between looking and writing the other one looks too. A unique key makes the database decide, and the loser finds out before it books.',
          'Giữa lúc nhìn và lúc ghi, bên kia cũng đang nhìn. Unique key để database quyết định, và bên thua biết trước khi ghi sổ.',
        ),
      },
      {
        id: 'the-queue',
        text: text(
          'The queue: it gives a message to one consumer only',
          'Queue: nó chỉ giao một message cho một consumer',
        ),
        why: text(
          'One at a time, yes, but a consumer whose connection broke may still be working while the message is delivered to the next one.',
          'Đúng là mỗi lần một bên, nhưng consumer đứt kết nối có thể vẫn đang làm trong khi message đã được giao cho bên khác.',
        ),
      },
      {
        id: 'the-transaction',
        text: text(
          'Any transaction around the two statements',
          'Một transaction bất kỳ bao quanh hai câu lệnh',
        ),
        why: text(
          'At READ COMMITTED, the default of PostgreSQL, both transactions see an empty inbox and both commit. It takes the unique key, or SERIALIZABLE with a retry.',
          'Ở READ COMMITTED, mặc định của PostgreSQL, cả hai transaction đều thấy inbox trống và đều commit. Phải có unique key, hoặc SERIALIZABLE kèm retry.',
        ),
      },
    ],
    answer: 'nothing',
  },
  {
    kind: 'number',
    id: 'days-to-remember',
    item: 'study-12.4',
    unit: text('days', 'ngày'),
    ask: text(
      'A message is retried for up to 2 days. What fails then stays in the DLQ for up to 14 days. Operations may send it again at any time during those, and the redriven message is retried like any other, up to 2 days. For how many days after the first attempt must the wallet remember its id, at least?',
      'Một message được retry tối đa 2 ngày. Vẫn hỏng thì nằm trong DLQ tối đa 14 ngày. Trong thời gian đó operations có thể gửi lại bất cứ lúc nào, và message gửi lại cũng được retry như thường, tối đa 2 ngày. Kể từ lần thử đầu, ví phải nhớ id ít nhất bao nhiêu ngày?',
    ),
    answer: 18,
    why: text(
      '2 + 14 + 2: the last delivery that can still happen is the last retry of a message that was sent again on its last day in the DLQ.',
      '2 + 14 + 2: lần giao muộn nhất có thể xảy ra là lần retry cuối của message được gửi lại vào ngày cuối cùng nằm trong DLQ.',
    ),
    near: [
      {
        value: 14,
        why: text(
          '14 days count from the arrival in the DLQ, which may be 2 days after the first attempt, and the message is retried once more afterwards.',
          '14 ngày tính từ lúc vào DLQ, mà lúc đó có thể đã 2 ngày sau lần thử đầu, và sau khi gửi lại còn được retry nữa.',
        ),
      },
      {
        value: 16,
        why: text(
          'That forgets that the redriven message may be retried for 2 more days.',
          'Còn quên rằng message gửi lại có thể được retry thêm 2 ngày.',
        ),
      },
      {
        value: 2,
        why: text(
          '2 days cover the retries only. What comes out of the DLQ later is the same message with the same id.',
          '2 ngày chỉ che được phần retry. Thứ ra khỏi DLQ sau đó vẫn là message ấy, id ấy.',
        ),
      },
    ],
    otherwise: text(
      'Draw a line: first attempt, last retry, last day in the DLQ, last retry after that. How long is it?',
      'Vẽ một đường thẳng: lần thử đầu, lần retry cuối, ngày cuối trong DLQ, lần retry cuối sau đó. Nó dài bao nhiêu?',
    ),
  },
  {
    kind: 'choice',
    id: 'key-per-user',
    item: 'study-12.5',
    ask: text(
      'The payment API takes an Idempotency-Key header and stores it as the primary key, without the customer it came from. Two customers happen to send the same key, "order-1". What happens to the second?',
      'API thanh toán nhận header Idempotency-Key và lưu nó làm primary key, không kèm khách hàng nào gửi. Hai khách tình cờ gửi cùng key "order-1". Chuyện gì xảy ra với người thứ hai?',
    ),
    options: [
      {
        id: 'stranger',
        text: text(
          'The stored answer of the first customer’s payment comes back; nothing is charged, and a stranger’s data is shown',
          'Nhận lại câu trả lời đã lưu của khách thứ nhất; không ai bị trừ tiền, và lộ dữ liệu của người lạ',
        ),
        why: text(
          'A key is unique only within the scope of whoever makes it. Stored as (customer, key), and with a hash of the request beside it, the two never meet.',
          'Key chỉ duy nhất trong phạm vi của bên tạo ra nó. Lưu thành (khách hàng, key), kèm hash của request, thì hai bên không bao giờ chạm nhau.',
        ),
      },
      {
        id: 'both-charged',
        text: text('Both are charged: the amounts differ', 'Cả hai đều bị trừ tiền: số tiền khác nhau'),
        why: text(
          'Nothing looked at the amount. It would if the request’s hash were compared, and then the second would be refused, not charged.',
          'Không ai nhìn số tiền cả. Nếu có so hash của request thì người thứ hai bị từ chối, chứ không phải bị trừ tiền.',
        ),
      },
      {
        id: 'error',
        text: text('The insert fails, and the API answers 500', 'Câu lệnh chèn lỗi, và API trả 500'),
        why: text(
          'A key that is there already is the very case the API was made for: it answers with what it stored.',
          'Key đã có chính là trường hợp API sinh ra để xử lý: nó trả lại câu trả lời đã lưu.',
        ),
      },
    ],
    answer: 'stranger',
  },
  {
    kind: 'choice',
    id: 'offset-as-key',
    item: 'study-12.5',
    ask: text(
      'A Kafka consumer uses topic, partition and offset as its idempotency key. Which duplicates does it catch?',
      'Một consumer Kafka lấy topic, partition và offset làm idempotency key. Nó bắt được loại trùng nào?',
    ),
    options: [
      {
        id: 'same-record',
        text: text(
          'Only the same record read again, as after a rebalance; not a payment that was produced twice',
          'Chỉ khi đọc lại đúng record đó, như sau rebalance; không bắt được thanh toán được gửi hai lần',
        ),
        why: text(
          'A second record has a second offset, whatever stands in it. The same goes for one that comes back by way of a retry topic.',
          'Record thứ hai có offset thứ hai, bất kể bên trong là gì. Record đi vòng qua retry topic quay lại cũng vậy.',
        ),
      },
      {
        id: 'all',
        text: text('All: an offset is never given twice', 'Mọi loại: một offset không bao giờ cấp hai lần'),
        why: text(
          'That is true of offsets, and it is why they can’t see that two of them carry one payment.',
          'Offset thì đúng vậy, và chính vì vậy chúng không thấy được rằng hai offset mang cùng một thanh toán.',
        ),
      },
      {
        id: 'producer',
        text: text(
          'Those of the producer too, if it is idempotent',
          'Cả trùng từ producer, nếu producer là idempotent',
        ),
        why: text(
          'An idempotent producer keeps its own retries from becoming second records, within one session. A restarted application that sends again makes a new record, which the offset then calls new.',
          'Idempotent producer ngăn retry của chính nó thành record thứ hai, trong một phiên. Ứng dụng khởi động lại rồi gửi lại thì tạo record mới, và offset coi đó là mới.',
        ),
      },
    ],
    answer: 'same-record',
  },
]
