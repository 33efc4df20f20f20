/** The questions of study-05: where a message is lost, where it is doubled, and where the border of "once" runs. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'never-twice',
    item: 'study-05.1',
    ask: text(
      'Why does at-most-once never deliver a message twice?',
      'Vì sao at-most-once không bao giờ giao một message hai lần?',
    ),
    options: [
      {
        id: 'nobody-repeats',
        text: text(
          'Because nobody ever sends again: each party forgets before it knows',
          'Vì không ai gửi lại: bên nào cũng quên trước khi biết chắc',
        ),
        why: text(
          'A producer without confirms and a broker with no-ack have nothing left to repeat. That is the whole mechanism, and also the window of loss: from forgetting to the effect.',
          'Producer không dùng confirm và broker với no-ack chẳng còn gì để gửi lại. Cơ chế chỉ có vậy, và đó cũng là khoảng mất: từ lúc quên tới lúc có tác dụng.',
        ),
      },
      {
        id: 'dedupe',
        text: text(
          'Because the broker drops repeats by their message id',
          'Vì broker bỏ bản trùng dựa vào message id',
        ),
        why: text(
          'RabbitMQ does not look at message ids. Dropping repeats is what one adds to at-least-once, in the consumer.',
          'RabbitMQ không nhìn message id. Bỏ bản trùng là việc thêm vào at-least-once, ở phía consumer.',
        ),
      },
      {
        id: 'tcp',
        text: text('Because TCP delivers each byte once', 'Vì TCP giao mỗi byte đúng một lần'),
        why: text(
          'Within one connection, to the socket. What the process makes of it, and what happens when the connection breaks, TCP does not know.',
          'Trong một kết nối, tới socket thôi. Process làm gì với nó, và đứt kết nối thì sao, TCP không biết.',
        ),
      },
    ],
    answer: 'nobody-repeats',
  },
  {
    kind: 'order',
    id: 'consumer-order',
    item: 'study-05.3',
    ask: text(
      'At-least-once from end to end, and the queue is long: the consumer comes to a payment when its producer has long been done with it. Put the steps of one payment in the order in which nothing can get lost.',
      'At-least-once từ đầu tới cuối, và queue đang dài: tới lượt consumer thì producer đã xong việc từ lâu. Xếp các bước của một thanh toán theo thứ tự không thể mất gì.',
    ),
    lines: [
      {
        id: 'outbox',
        text: text(
          'the producer stores payment and message in one transaction',
          'producer lưu thanh toán và message trong một transaction',
        ),
        why: text(
          'It begins here: before anything is sent, the message must be somewhere from which it can be sent again.',
          'Bắt đầu từ đây: trước khi gửi, message phải nằm ở nơi có thể lấy ra gửi lại.',
        ),
      },
      {
        id: 'publish',
        text: text(
          'it publishes with confirms, persistent and mandatory',
          'nó gửi với confirm, persistent và mandatory',
        ),
        why: text(
          'Published after it is stored: a crash in between only means that it is sent later.',
          'Gửi sau khi đã lưu: crash ở giữa thì chỉ là gửi muộn hơn.',
        ),
      },
      {
        id: 'mark',
        text: text(
          'the confirm arrives and the producer marks it as sent',
          'confirm tới và producer đánh dấu đã gửi',
        ),
        why: text(
          'Marked only after the confirm; marked before, a lost publish would never be repeated.',
          'Có confirm rồi mới đánh dấu; đánh dấu trước thì lệnh gửi bị mất sẽ không bao giờ được gửi lại.',
        ),
      },
      {
        id: 'commit',
        text: text(
          'the consumer commits booking and id in one transaction',
          'consumer commit bút toán và id trong một transaction',
        ),
        why: text(
          'The effect comes before the ack, so that a crash leads to a repeat and not to a loss.',
          'Tác dụng đi trước ack, để crash chỉ dẫn tới lặp lại chứ không mất.',
        ),
      },
      {
        id: 'ack',
        text: text('the consumer acknowledges', 'consumer ack'),
        why: text(
          'Last of all: after the ack nobody but the ledger knows the payment.',
          'Sau cùng: sau ack thì ngoài sổ cái không còn ai biết thanh toán này.',
        ),
      },
    ],
    answer: ['outbox', 'publish', 'mark', 'commit', 'ack'],
  },
  {
    kind: 'choice',
    id: 'which-boundary',
    item: 'study-05.5',
    ask: text(
      'A vendor writes: "our broker supports exactly-once delivery". A payment service reads from it, charges a card by HTTP and books in PostgreSQL. What can be exactly once there?',
      'Nhà cung cấp viết: "broker của chúng tôi hỗ trợ giao exactly-once". Service thanh toán đọc từ đó, trừ tiền thẻ qua HTTP và ghi sổ vào PostgreSQL. Ở đó cái gì đúng một lần được?',
    ),
    options: [
      {
        id: 'all',
        text: text('All of it, as the broker guarantees', 'Tất cả, vì broker bảo đảm'),
        why: text(
          'The broker takes part neither in the database’s transaction nor in the card network. Its promise ends at its own border.',
          'Broker không tham gia transaction của database, cũng không tham gia mạng thẻ. Lời hứa của nó dừng ở ranh giới của nó.',
        ),
      },
      {
        id: 'booking-by-note',
        text: text(
          'The booking, if the message’s id is noted in its transaction; the charge only as far as the card gateway honours an idempotency key',
          'Bút toán, nếu id của message được ghi trong transaction đó; việc trừ tiền thì chỉ tới mức cổng thẻ tôn trọng idempotency key',
        ),
        why: text(
          'Once is an effect inside one atomic boundary: here one database. What lies outside needs a key of its own that the other side keeps.',
          'Đúng một lần là tác dụng trong một ranh giới nguyên tử: ở đây là một database. Phần bên ngoài cần key riêng mà phía kia chịu giữ.',
        ),
      },
      {
        id: 'delivery',
        text: text('The delivery, but not the booking', 'Việc giao, còn bút toán thì không'),
        why: text(
          'Delivery is just what can’t be: a lost ack and a lost message look alike to the sender, who has to choose between repeating and giving up.',
          'Chính việc giao mới không thể: với bên gửi, mất ack và mất message trông giống nhau, nên phải chọn gửi lại hoặc bỏ.',
        ),
      },
    ],
    answer: 'booking-by-note',
  },
  {
    kind: 'choice',
    id: 'kafka-transactions',
    item: 'study-05.5',
    ask: text(
      'A Kafka application reads from one topic, computes and writes to another, with a transactional producer that also sends the offsets; readers use read_committed. Inside which border is each input processed once?',
      'Một ứng dụng Kafka đọc từ topic này, tính rồi ghi sang topic khác, dùng producer có transaction và gửi luôn offset trong đó; bên đọc dùng read_committed. Mỗi đầu vào được xử lý đúng một lần trong ranh giới nào?',
    ),
    options: [
      {
        id: 'topics-and-offsets',
        text: text(
          'Output records and committed offsets of this cluster',
          'Record đầu ra và offset đã commit trong cluster này',
        ),
        why: text(
          'Both are written in one transaction, so they come together or not at all. An e-mail that was sent on the way is sent again after an abort.',
          'Cả hai được ghi trong một transaction nên cùng có hoặc cùng không. E-mail gửi dọc đường thì sau abort sẽ gửi lại.',
        ),
      },
      {
        id: 'handler',
        text: text('Everything that the handler does', 'Mọi thứ mà handler làm'),
        why: text(
          'The handler may run twice. Only its writes to this cluster within the transaction are undone when it fails.',
          'Handler có thể chạy hai lần. Khi lỗi, chỉ những gì nó ghi vào cluster này trong transaction mới bị huỷ.',
        ),
      },
      {
        id: 'two-clusters',
        text: text('Both the source cluster and the target cluster', 'Cả cluster nguồn lẫn cluster đích'),
        why: text(
          'A transaction has one coordinator, in one cluster. Between two clusters one is back at repeats and keys.',
          'Transaction có một coordinator, trong một cluster. Giữa hai cluster thì lại quay về chuyện bản trùng và key.',
        ),
      },
    ],
    answer: 'topics-and-offsets',
  },
  {
    kind: 'choice',
    id: 'what-shares',
    item: 'study-05.7',
    ask: text(
      'Redelivery plus idempotency shall make one effect. What has to be in one transaction?',
      'Giao lại cộng idempotency phải cho đúng một tác dụng. Cái gì phải nằm chung một transaction?',
    ),
    options: [
      {
        id: 'note-and-effect',
        text: text(
          'The note "this id is processed" and the effect itself',
          'Ghi chú "id này đã xử lý" và chính tác dụng đó',
        ),
        why: text(
          'Apart from each other there is a crash between them: note first loses the payment, effect first doubles it.',
          'Tách ra thì sẽ có crash ở giữa: ghi chú trước thì mất thanh toán, tác dụng trước thì ghi hai lần.',
        ),
      },
      {
        id: 'effect-and-ack',
        text: text('The effect and the ack', 'Tác dụng và ack'),
        why: text(
          'It would be enough, and can’t be had: the ack goes over a socket to another system, which is in no transaction of yours.',
          'Nếu được thì đủ, nhưng không thể: ack đi qua socket tới hệ thống khác, không nằm trong transaction nào của bạn.',
        ),
      },
      {
        id: 'note-and-ack',
        text: text('The note and the ack', 'Ghi chú và ack'),
        why: text(
          'The ack can’t be in a transaction of yours; and the note alone, without the effect, tells of something that may not have happened.',
          'Ack không nằm trong transaction của bạn được; còn ghi chú mà thiếu tác dụng thì kể về việc có thể chưa xảy ra.',
        ),
      },
    ],
    answer: 'note-and-effect',
  },
]
