/** The questions of study-03: what RabbitMQ does with a message from the publish to the ack, and at each fork on the way. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'trace',
    id: 'way-of-a-message',
    item: 'study-03.1',
    ask: text(
      'A persistent payment is published to a durable queue; its consumer works on it for a second and acknowledges. Which of these happen in the broker, and in which order?',
      'Một thanh toán persistent được gửi vào queue durable; consumer xử lý nó mất một giây rồi ack. Trong broker xảy ra những việc nào, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'route',
        text: text(
          'the exchange compares the routing key with its bindings',
          'exchange so routing key với các binding',
        ),
        why: text(
          'Everything begins at the exchange: before it has named the queues there is nowhere to store to.',
          'Mọi việc bắt đầu ở exchange: chưa biết queue nào thì chưa có chỗ để lưu.',
        ),
      },
      {
        id: 'store',
        text: text('each matching queue stores a copy', 'mỗi queue khớp lưu một bản'),
        why: text(
          'The queues that were found store; the exchange itself keeps nothing.',
          'Các queue tìm được mới lưu; bản thân exchange không giữ gì.',
        ),
      },
      {
        id: 'confirm',
        text: text('the producer is told (confirm)', 'producer được báo (confirm)'),
        why: text(
          'The confirm follows the storing: it is the broker’s word that it has the message now.',
          'Confirm đến sau khi lưu: đó là lời của broker rằng giờ nó đã có message.',
        ),
      },
      {
        id: 'delete',
        text: text(
          'the ack arrives and the queue deletes its copy',
          'ack về tới nơi và queue xoá bản của nó',
        ),
        why: text(
          'The ack is what allows to forget, and the last that the broker does with the message.',
          'Ack là điều cho phép quên, và là việc cuối cùng broker làm với message.',
        ),
      },
      {
        id: 'archive',
        text: text(
          'the message is moved to an archive for later readers',
          'message được chuyển sang nơi lưu trữ cho bên đọc sau',
        ),
        why: text(
          'A queue has no archive. After the ack nothing is left that another reader, or an auditor, could find.',
          'Queue không có nơi lưu trữ. Sau ack không còn gì cho bên đọc khác, hay cho kiểm toán.',
        ),
      },
      {
        id: 'tell-producer',
        text: text(
          'the producer is told that a consumer has processed it',
          'producer được báo là consumer đã xử lý xong',
        ),
        why: text(
          'Ack and confirm never meet: the producer hears of the storing, and nothing of the consumer.',
          'Ack và confirm không bao giờ gặp nhau: producer chỉ biết chuyện lưu, không biết gì về consumer.',
        ),
      },
    ],
    answer: ['route', 'store', 'confirm', 'delete'],
  },
  {
    kind: 'choice',
    id: 'which-exchange',
    item: 'study-03.2',
    ask: text(
      'Every service wants its own selection: fraud all payment.*, reports everything of merchant 7 (payment.<what>.m7), audit everything. New services come every month. Which exchange do you publish to?',
      'Mỗi service muốn chọn phần riêng: fraud lấy mọi payment.*, reports lấy mọi thứ của merchant 7 (payment.<việc>.m7), audit lấy tất cả. Tháng nào cũng có service mới. Bạn gửi vào exchange nào?',
    ),
    options: [
      {
        id: 'topic',
        text: text('One topic exchange', 'Một topic exchange'),
        why: text(
          'Each service expresses its selection as a pattern in its own binding; the producer only names what happened.',
          'Mỗi service diễn đạt lựa chọn của mình bằng pattern trong binding của nó; producer chỉ nói chuyện gì đã xảy ra.',
        ),
      },
      {
        id: 'direct',
        text: text('One direct exchange', 'Một direct exchange'),
        why: text(
          'A direct binding is one whole key. "All of merchant 7" would be one binding for each kind of event, and a forgotten one loses that kind.',
          'Binding của direct là nguyên một key. "Mọi thứ của merchant 7" sẽ cần mỗi loại event một binding, quên loại nào là mất loại đó.',
        ),
      },
      {
        id: 'fanout',
        text: text(
          'One fanout exchange; each service drops what it does not want',
          'Một fanout exchange; service nào không cần thì tự bỏ',
        ),
        why: text(
          'That works and costs: every queue carries everything, and the selection hides in the code of each consumer.',
          'Vẫn chạy nhưng tốn: queue nào cũng chứa tất cả, và việc chọn lọc nằm khuất trong code từng consumer.',
        ),
      },
    ],
    answer: 'topic',
  },
  {
    kind: 'choice',
    id: 'never-acked',
    item: 'study-03.3',
    ask: text(
      'A consumer is alive and connected, has 10 messages and never answers any of them. What does a queue do, with RabbitMQ 4.2 and default settings?',
      'Một consumer vẫn sống và còn kết nối, đang giữ 10 message và không trả lời cái nào. Queue làm gì, với RabbitMQ 4.2 và cấu hình mặc định?',
    ),
    options: [
      {
        id: 'gives-to-others',
        text: text(
          'After a minute it gives them to another consumer',
          'Sau một phút thì giao cho consumer khác',
        ),
        why: text(
          'That would be a visibility timeout, as SQS has. RabbitMQ takes messages back when the channel is gone, not when it is slow.',
          'Đó là visibility timeout, kiểu của SQS. RabbitMQ chỉ lấy lại message khi channel mất, không phải khi channel chậm.',
        ),
      },
      {
        id: 'waits-half-an-hour',
        text: text(
          'It waits; after 30 minutes the channel is closed and they are ready again',
          'Nó chờ; sau 30 phút channel bị đóng và chúng lại sẵn sàng',
        ),
        why: text(
          'They stay unacked, and count against this consumer’s prefetch. The ack timeout (consumer_timeout, 30 minutes) ends it with 406; it is looked at once a minute. From 4.3 on only quorum queues have it.',
          'Chúng vẫn là unacked và tính vào prefetch của consumer này. Ack timeout (consumer_timeout, 30 phút) sẽ đóng channel với mã 406; mỗi phút mới xét một lần. Từ 4.3 chỉ quorum queue còn có.',
        ),
      },
      {
        id: 'forgets',
        text: text('It forgets them: they were delivered', 'Nó quên luôn: đã giao rồi'),
        why: text(
          'So it does with no-ack. Here the consumer owes an answer, and the queue keeps its copies as long as it does.',
          'Chỉ với no-ack thì vậy. Ở đây consumer còn nợ câu trả lời, chừng đó queue còn giữ các bản.',
        ),
      },
    ],
    answer: 'waits-half-an-hour',
  },
  {
    kind: 'choice',
    id: 'message-count',
    item: 'study-03.3',
    ask: text(
      'A queue holds 50 payments; a consumer with prefetch 20 is at work. channel.checkQueue() answers messageCount: 30. What does that mean?',
      'Queue đang có 50 thanh toán; một consumer với prefetch 20 đang làm. channel.checkQueue() trả về messageCount: 30. Nghĩa là gì?',
    ),
    options: [
      {
        id: 'ready-only',
        text: text(
          '30 are ready; the 20 in the consumer’s hands are not counted, and still in the queue',
          '30 cái sẵn sàng; 20 cái trong tay consumer không được đếm nhưng vẫn còn trong queue',
        ),
        why: text(
          'The count of a declare tells ready messages only. Who waits for 0 before shutting down loses sight of those in hand: the management API counts both.',
          'Số mà declare trả về chỉ đếm message sẵn sàng. Ai chờ nó về 0 mới tắt máy sẽ bỏ sót phần đang trong tay: management API mới đếm cả hai.',
        ),
      },
      {
        id: 'twenty-done',
        text: text('20 are processed, 30 are left', '20 cái đã xử lý, còn 30'),
        why: text(
          'Processed ones would be acknowledged and gone for good. These twenty may all come back.',
          'Xử lý xong thì đã ack và mất hẳn. Hai mươi cái này có thể quay lại tất cả.',
        ),
      },
      {
        id: 'moved-out',
        text: text('The broker has handed 20 over and keeps 30', 'Broker đã giao hẳn 20 cái và giữ 30'),
        why: text(
          'It keeps all 50 until it hears an ack; handing over is not giving up.',
          'Nó giữ cả 50 cho tới khi có ack; giao đi không có nghĩa là buông ra.',
        ),
      },
    ],
    answer: 'ready-only',
  },
  {
    kind: 'choice',
    id: 'default-exchange',
    item: 'study-03.4',
    ask: text(
      'Your code calls channel.sendToQueue("payments.work", …) and it works, although you never created a binding. Why?',
      'Code của bạn gọi channel.sendToQueue("payments.work", …) và chạy được, dù bạn chưa tạo binding nào. Vì sao?',
    ),
    options: [
      {
        id: 'past-exchanges',
        text: text(
          'sendToQueue goes past the exchanges, straight into the queue',
          'sendToQueue đi vòng qua exchange, vào thẳng queue',
        ),
        why: text(
          'In AMQP 0-9-1 every publish names an exchange. Look at the wire: basic.publish with the exchange "".',
          'Trong AMQP 0-9-1 lệnh gửi nào cũng nêu exchange. Nhìn trên đường truyền sẽ thấy basic.publish với exchange "".',
        ),
      },
      {
        id: 'default',
        text: text(
          'It publishes to the default exchange, to which every queue is bound by its own name',
          'Nó gửi vào default exchange, nơi queue nào cũng được bind sẵn bằng tên mình',
        ),
        why: text(
          'That binding can’t be seen or changed. It is fine for replies; as a habit it ties the producer to a queue’s name, and leaves your own bindings untested.',
          'Binding đó không thấy được và không đổi được. Dùng để trả lời thì tốt; thành thói quen thì producer bị buộc vào tên queue, còn binding của bạn chẳng ai thử.',
        ),
      },
      {
        id: 'auto-bind',
        text: text(
          'RabbitMQ makes a binding at the first publish',
          'RabbitMQ tự tạo binding ở lần gửi đầu tiên',
        ),
        why: text(
          'It makes none by itself: an unknown key on any other exchange leads nowhere (experiment no-binding).',
          'Nó không tự tạo gì cả: trên exchange khác, key lạ không dẫn tới đâu (thí nghiệm no-binding).',
        ),
      },
    ],
    answer: 'default',
  },
  {
    kind: 'number',
    id: 'star-matches',
    item: 'study-03.5',
    ask: text(
      'How many of these five routing keys match the pattern payment.* ?   payment · payment.requested · payment.requested.vn · payment. · refund.payment.requested',
      'Trong năm routing key sau, mấy key khớp pattern payment.* ?   payment · payment.requested · payment.requested.vn · payment. · refund.payment.requested',
    ),
    answer: 2,
    why: text(
      'The star stands for exactly one word: payment.requested has one, and "payment." has an empty one, which counts. payment has none, payment.requested.vn has two.',
      'Dấu sao thay cho đúng một từ: payment.requested có một, còn "payment." có một từ rỗng và vẫn được tính. payment không có từ nào, payment.requested.vn có hai.',
    ),
    near: [
      {
        value: 1,
        why: text(
          '1 overlooks "payment.": behind the dot stands an empty word, and an empty word is one.',
          '1 là bỏ sót "payment.": sau dấu chấm là một từ rỗng, và từ rỗng vẫn là một từ.',
        ),
      },
      {
        value: 3,
        why: text(
          '3 takes payment.requested.vn along; the star does not reach over a dot. payment.# would.',
          '3 là tính cả payment.requested.vn; dấu sao không vượt qua dấu chấm. payment.# thì có.',
        ),
      },
      {
        value: 4,
        why: text(
          '4 is what payment.# matches: it takes none, one or many words.',
          '4 là số key khớp payment.#: nó nhận không, một hay nhiều từ.',
        ),
      },
    ],
    otherwise: text(
      'Split each key at its dots. The pattern has two words: "payment", and any single one.',
      'Tách từng key tại dấu chấm. Pattern có hai từ: "payment" và một từ bất kỳ.',
    ),
  },
  {
    kind: 'choice',
    id: 'hash-and-star',
    item: 'study-03.5',
    ask: text(
      'Which key is matched by payment.# and not by payment.*?',
      'Key nào khớp payment.# mà không khớp payment.*?',
    ),
    options: [
      {
        id: 'bare',
        text: text('payment', 'payment'),
        why: text(
          '# also stands for no word at all, so the bare "payment" matches; * needs one.',
          '# thay cho cả trường hợp không có từ nào, nên "payment" trơn vẫn khớp; * thì cần một từ.',
        ),
      },
      {
        id: 'one-word',
        text: text('payment.requested', 'payment.requested'),
        why: text('Both match it: one word behind the dot.', 'Cả hai đều khớp: sau dấu chấm có một từ.'),
      },
      {
        id: 'inside',
        text: text('eu.payment.requested', 'eu.payment.requested'),
        why: text(
          'Neither matches: both patterns begin with the word payment. #.payment.# would.',
          'Không pattern nào khớp: cả hai đều bắt đầu bằng từ payment. #.payment.# thì khớp.',
        ),
      },
    ],
    answer: 'bare',
  },
  {
    kind: 'choice',
    id: 'redelivered-means',
    item: 'study-03.6',
    ask: text(
      'After a restart of the broker a consumer is given a payment with redelivered = true. What may it conclude?',
      'Sau khi broker khởi động lại, consumer nhận một thanh toán có redelivered = true. Nó được kết luận điều gì?',
    ),
    options: [
      {
        id: 'maybe-seen',
        text: text(
          'Somebody may have been given it before; whether it was booked, the ledger must tell',
          'Có thể đã từng giao cho ai đó; đã ghi sổ hay chưa phải hỏi sổ cái',
        ),
        why: text(
          'The flag is about delivery. It is set for messages that nobody touched, too, if they had been sent ahead to a prefetch buffer.',
          'Cờ này nói về việc giao. Message chưa ai đụng tới cũng có cờ, nếu nó đã được gửi trước vào bộ đệm prefetch.',
        ),
      },
      {
        id: 'was-booked',
        text: text(
          'It has been booked already and can be acknowledged unread',
          'Nó đã được ghi sổ rồi, cứ ack khỏi đọc',
        ),
        why: text(
          'A consumer that died before it booked leaves the same flag. Skipping on the flag loses exactly those payments.',
          'Consumer chết trước khi ghi sổ cũng để lại đúng cờ này. Thấy cờ mà bỏ qua thì mất đúng những thanh toán đó.',
        ),
      },
      {
        id: 'was-not-booked',
        text: text(
          'It was not booked, or it would have been acknowledged',
          'Nó chưa được ghi sổ, nếu không đã có ack',
        ),
        why: text(
          'Between booking and ack there is a gap, and a crash in it leaves a payment booked and unacknowledged. Booking again doubles it.',
          'Giữa ghi sổ và ack có một khe hở, crash ở đó để lại thanh toán đã ghi mà chưa ack. Ghi lại là thành hai lần.',
        ),
      },
    ],
    answer: 'maybe-seen',
  },
  {
    kind: 'choice',
    id: 'acked-twice',
    item: 'study-03.7',
    ask: text(
      'A consumer acks delivery tag 7, and a finally block acks it again. What does RabbitMQ do with the second ack?',
      'Consumer ack delivery tag 7, rồi khối finally ack lần nữa. RabbitMQ làm gì với ack thứ hai?',
    ),
    options: [
      {
        id: 'ignores',
        text: text('It ignores it: the message is gone already', 'Bỏ qua: message đã mất rồi'),
        why: text(
          'It would be kind, but a tag it does not know may mean that the client counts wrongly, so it refuses to go on.',
          'Nghe thì hợp lý, nhưng tag lạ có thể nghĩa là client đếm sai, nên broker không chịu đi tiếp.',
        ),
      },
      {
        id: 'closes',
        text: text(
          'It closes the channel with 406; everything unacked on it is delivered again',
          'Đóng channel với mã 406; mọi thứ chưa ack trên đó được giao lại',
        ),
        why: text(
          '"unknown delivery tag 7". One ack too many takes the prefetch window along: up to that many duplicates, somewhere else in the code.',
          '"unknown delivery tag 7". Thừa một ack là kéo theo cả cửa sổ prefetch: chừng ấy message bị trùng, ở chỗ khác trong code.',
        ),
      },
      {
        id: 'acks-next',
        text: text('It acknowledges the next message', 'Ack luôn message kế tiếp'),
        why: text(
          'Tags are never reused on a channel, so 7 can mean nothing but the one that was settled. multiple: true is what settles several.',
          'Trên một channel, tag không bao giờ dùng lại, nên 7 chỉ có thể là cái đã trả lời. Muốn trả lời nhiều cái thì là multiple: true.',
        ),
      },
    ],
    answer: 'closes',
  },
  {
    kind: 'number',
    id: 'in-hand',
    item: 'study-03.8',
    ask: text(
      'A channel has prefetch 10 (per consumer, as amqplib’s channel.prefetch(10) sets it) and then starts three consumers on the same well-filled queue. Nobody acknowledges. How many messages are unacked in all?',
      'Một channel đặt prefetch 10 (tính cho từng consumer, như channel.prefetch(10) của amqplib) rồi mở ba consumer trên cùng một queue đầy. Không ai ack. Tổng cộng bao nhiêu message unacked?',
    ),
    answer: 30,
    why: text(
      'The limit holds for each consumer that is started after it: three times ten.',
      'Giới hạn áp cho từng consumer mở sau nó: ba lần mười.',
    ),
    near: [
      {
        value: 10,
        why: text(
          '10 for the whole channel is what global=true asks for; RabbitMQ deprecates it, and quorum queues refuse it.',
          '10 cho cả channel là khi đặt global=true; RabbitMQ đã deprecated cách này, và quorum queue từ chối nó.',
        ),
      },
      {
        value: 3,
        why: text('3 would be a prefetch of 1.', '3 là khi prefetch bằng 1.'),
      },
    ],
    otherwise: text(
      'Whom does basic.qos with global=false bind: the channel, or each consumer on it?',
      'basic.qos với global=false ràng buộc ai: cả channel, hay từng consumer trên đó?',
    ),
  },
]
