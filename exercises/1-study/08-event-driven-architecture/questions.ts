/** The questions of study-08. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'what-a-producer-knows',
    item: 'study-08.1',
    ask: text(
      'A payment service publishes "payment captured" with a confirm. Which of these does it still have to know?',
      'Payment service gửi "payment captured" và chờ confirm. Nó vẫn phải biết điều nào sau đây?',
    ),
    options: [
      {
        id: 'its-own-contract',
        text: text(
          'What the event means and which fields it has promised',
          'Event nghĩa là gì và đã hứa những field nào',
        ),
        why: text(
          'The coupling that remains is the contract. It is looser than a call, and it is there: whoever changes it breaks consumers that nobody can list.',
          'Ràng buộc còn lại là hợp đồng dữ liệu. Nó lỏng hơn một lời gọi nhưng vẫn có thật: ai đổi nó thì làm hỏng những consumer không ai kể hết được.',
        ),
      },
      {
        id: 'who-listens',
        text: text('Which services will react to it', 'Những service nào sẽ phản ứng'),
        why: text(
          'That is what it is freed from. It also means that nobody is told when one that matters is missing.',
          'Đó chính là điều nó được miễn. Cũng vì thế mà thiếu một bên quan trọng thì không ai được báo.',
        ),
      },
      {
        id: 'that-they-are-up',
        text: text('That those services are up at this moment', 'Các service đó lúc này đang chạy'),
        why: text(
          'The broker waits in their place. The producer needs the broker to be up, which is a dependency too.',
          'Broker chờ thay chúng. Producer chỉ cần broker chạy, và đó cũng là một sự phụ thuộc.',
        ),
      },
      {
        id: 'their-result',
        text: text('Whether they succeeded', 'Chúng có thành công hay không'),
        why: text(
          'No result comes back. If it needs one, it is waiting for an answer, and the message was a command.',
          'Không có kết quả nào trả về. Nếu cần kết quả thì nó đang chờ trả lời, và message đó là command.',
        ),
      },
    ],
    answer: 'its-own-contract',
  },
  {
    kind: 'choice',
    id: 'price-of-freedom',
    item: 'study-08.1',
    ask: text(
      'A customer asks why no receipt came. With calls one stack trace would tell. What does one need in an event-driven system?',
      'Khách hỏi vì sao không nhận được biên nhận. Nếu là lời gọi thì một stack trace là biết. Với hệ thống hướng sự kiện thì cần gì?',
    ),
    options: [
      {
        id: 'correlation',
        text: text(
          'One id on all messages of the case, and what each service did with it',
          'Một id chung trên mọi message của vụ việc, và mỗi service đã làm gì với nó',
        ),
        why: text(
          'The flow stands nowhere in the code, it comes about at run time. Correlation and causation ids let one put it together afterwards.',
          'Luồng xử lý không nằm ở chỗ nào trong code, nó hình thành lúc chạy. Nhờ correlation id và causation id mới ghép lại được về sau.',
        ),
      },
      {
        id: 'broker-log',
        text: text('The log of the broker', 'Log của broker'),
        why: text(
          'It knows of connections and queues, not of payments, and an acknowledged message has left no line in it.',
          'Nó biết kết nối và queue, không biết thanh toán; message đã ack không để lại dòng nào.',
        ),
      },
      {
        id: 'producer-log',
        text: text('The log of the producer', 'Log của producer'),
        why: text(
          'It says that the event was confirmed. What happened behind the broker the producer never hears.',
          'Nó nói event đã được confirm. Sau broker ra sao thì producer không bao giờ nghe.',
        ),
      },
    ],
    answer: 'correlation',
  },
  {
    kind: 'choice',
    id: 'event-or-command',
    item: 'study-08.2',
    ask: text('Which of these messages is a command?', 'Message nào sau đây là command?'),
    options: [
      {
        id: 'reserve-funds',
        text: text('reserve-funds, to the wallet', 'reserve-funds, gửi cho ví'),
        why: text(
          'Imperative, one address, and the wallet may refuse: not enough money. The sender wants something done and waits for what becomes of it.',
          'Câu mệnh lệnh, một địa chỉ, và ví có quyền từ chối: không đủ tiền. Bên gửi muốn một việc được làm và chờ kết quả.',
        ),
      },
      {
        id: 'funds-reserved',
        text: text('funds-reserved', 'funds-reserved'),
        why: text(
          'Past tense: it has happened, any number may hear of it, and nobody can refuse what is so.',
          'Thì quá khứ: việc đã xảy ra, bao nhiêu bên nghe cũng được, và không ai từ chối được sự thật.',
        ),
      },
      {
        id: 'reservation-refused',
        text: text('reservation-refused', 'reservation-refused'),
        why: text(
          'A refusal is a fact as well. The command was refused; that it was, is an event.',
          'Sự từ chối cũng là một sự việc. Command bị từ chối; còn việc nó bị từ chối là event.',
        ),
      },
      {
        id: 'payment-due',
        text: text('payment-became-due', 'payment-became-due'),
        why: text(
          'It sounds like a demand, but it states what is so. Who acts on it is decided by whoever listens.',
          'Nghe như đòi hỏi, nhưng nó chỉ nêu sự việc. Ai hành động là do bên nghe quyết định.',
        ),
      },
    ],
    answer: 'reserve-funds',
  },
  {
    kind: 'choice',
    id: 'event-as-command',
    item: 'study-08.2',
    ask: text(
      'A team publishes "SendReceiptRequested" to the events exchange, and its page says "handled by notifications, do not subscribe". What gives it away?',
      'Một nhóm gửi "SendReceiptRequested" vào exchange của event, và trang tài liệu ghi "notifications xử lý, đừng subscribe". Điều gì làm lộ chuyện?',
    ),
    options: [
      {
        id: 'one-handler',
        text: text(
          'It has one handler, and the sender relies on it: a command in an event’s coat',
          'Chỉ có một bên xử lý và bên gửi trông vào bên đó: command khoác áo event',
        ),
        why: text(
          'Then it should have one queue, and an answer or a time-out. As an event it is lost in silence when notifications is not bound, and doubled when a second one is.',
          'Vậy thì nên có một queue, và có trả lời hoặc timeout. Là event thì khi notifications chưa bind nó mất trong im lặng, có bên thứ hai bind thì nó bị nhân đôi.',
        ),
      },
      {
        id: 'past-tense',
        text: text(
          'Nothing: "Requested" is past tense, so it is an event',
          'Không có gì: "Requested" là thì quá khứ, vậy là event',
        ),
        why: text(
          'Grammar can be had cheaply. What counts is whether the sender needs somebody to act.',
          'Ngữ pháp thì dễ sửa. Điều quyết định là bên gửi có cần ai đó hành động hay không.',
        ),
      },
      {
        id: 'too-long',
        text: text('The name is not an entity', 'Tên không phải tên của thực thể'),
        why: text(
          'Events are named by what happened, not by what a table is called. "PaymentUpdated" is an entity’s name and says nothing.',
          'Event đặt tên theo việc đã xảy ra, không theo tên bảng. "PaymentUpdated" là tên thực thể mà chẳng nói gì.',
        ),
      },
    ],
    answer: 'one-handler',
  },
  {
    kind: 'number',
    id: 'fold-the-events',
    item: 'study-08.3',
    unit: text('VND', 'đồng'),
    ask: text(
      'A wallet is stored as events only. What is its available balance?',
      'Một ví chỉ được lưu bằng event. Số dư khả dụng của nó là bao nhiêu?',
    ),
    shows: [
      '1  deposited   100000',
      '2  reserved     42000  payment p-1',
      '3  deposited    10000',
      '4  captured     42000  payment p-1',
      '5  refunded      2000  payment p-1',
    ],
    answer: 70000,
    why: text(
      '100,000 − 42,000 + 10,000 + 2,000. The capture takes what was reserved, so it changes nothing more of what is available. The state is computed, not stored.',
      '100.000 − 42.000 + 10.000 + 2.000. Capture lấy phần đã giữ chỗ, nên số khả dụng không giảm thêm. Trạng thái được tính ra, không được lưu.',
    ),
    near: [
      {
        value: 28000,
        why: text(
          'That takes the 42,000 twice: once when reserved and once when captured.',
          'Vậy là trừ 42.000 hai lần: lúc giữ chỗ và lúc capture.',
        ),
      },
      {
        value: 112000,
        why: text(
          'The capture did take the money; only that the reservation had set it aside before.',
          'Capture có lấy tiền thật; chỉ là tiền đó đã được giữ chỗ từ trước.',
        ),
      },
      {
        value: 68000,
        why: text(
          'The refund of event 5 is missing. A mistake is not corrected in event 4, it gets an event of its own.',
          'Thiếu lần hoàn tiền ở event 5. Sai thì không sửa event 4, mà thêm một event mới.',
        ),
      },
    ],
    otherwise: text(
      'Start at 0 and apply one line after the other; ask of each what it changes of the available sum.',
      'Bắt đầu từ 0 và áp dụng lần lượt từng dòng; với mỗi dòng hỏi nó thay đổi gì ở số khả dụng.',
    ),
  },
  {
    kind: 'choice',
    id: 'what-cqrs-asks',
    item: 'study-08.4',
    ask: text('What does CQRS ask for, and nothing more?', 'CQRS đòi hỏi điều gì, và chỉ vậy thôi?'),
    options: [
      {
        id: 'two-models',
        text: text(
          'One model that decides on changes, another that answers queries',
          'Một model quyết định thay đổi, một model khác trả lời truy vấn',
        ),
        why: text(
          'Two tables in one database, written in one transaction, are CQRS already. Everything else is a choice with a price of its own.',
          'Hai bảng trong một database, ghi cùng một transaction, đã là CQRS. Mọi thứ khác là lựa chọn thêm, với cái giá riêng.',
        ),
      },
      {
        id: 'two-databases',
        text: text(
          'Two databases, fed by events, eventually consistent',
          'Hai database, nuôi bằng event, nhất quán dần',
        ),
        why: text(
          'That is often built with it, for load or for another kind of store. It brings the lag; CQRS does not.',
          'Hay được làm kèm, vì tải hoặc vì cần loại store khác. Độ trễ đến từ đó, không phải từ CQRS.',
        ),
      },
      {
        id: 'event-store',
        text: text('An event store on the write side', 'Một event store ở phía ghi'),
        why: text(
          'Event sourcing needs read models, so it needs CQRS. The other way round it does not hold.',
          'Event sourcing cần read model nên cần CQRS. Chiều ngược lại thì không.',
        ),
      },
      {
        id: 'command-bus',
        text: text(
          'A command bus and a handler class for each command',
          'Command bus và mỗi command một handler class',
        ),
        why: text(
          'A way to arrange code. A function that is called has the same effect.',
          'Đó là cách sắp xếp code. Gọi một hàm cũng cho kết quả y vậy.',
        ),
      },
    ],
    answer: 'two-models',
  },
  {
    kind: 'trace',
    id: 'who-lags',
    item: 'study-08.5',
    ask: text(
      'The payment service commits payment and outbox row, answers 201, and its relay publishes. The wallet books; the balance view follows the wallet’s events. Which of these may a customer come to see, in which order?',
      'Payment service commit thanh toán và dòng outbox, trả lời 201, relay gửi đi. Ví ghi sổ; view số dư theo event của ví. Khách có thể thấy những điều nào, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'accepted',
        text: text('the payment is accepted, the old balance', 'thanh toán đã nhận, số dư cũ'),
        why: text(
          'With the answer only the payment service’s own database is up to date.',
          'Lúc trả lời, chỉ database của payment service là mới nhất.',
        ),
      },
      {
        id: 'booked',
        text: text(
          'the wallet’s own page shows the new balance, the overview the old one',
          'trang của ví hiện số dư mới, trang tổng quan hiện số dư cũ',
        ),
        why: text(
          'The wallet lags by outbox, broker and its own queue; the view lags by that and by another event.',
          'Ví trễ bằng outbox, broker và queue của nó; view trễ bằng chừng đó cộng thêm một event nữa.',
        ),
      },
      {
        id: 'all-new',
        text: text('both show the new balance', 'cả hai hiện số dư mới'),
        why: text(
          'When no more payments come and all consumers run, everybody arrives. "Eventually" sets no date; a measured lag does.',
          'Khi không còn thanh toán mới và mọi consumer đều chạy thì ai cũng tới nơi. "Dần dần" không hẹn ngày; đo lag mới biết.',
        ),
      },
      {
        id: 'view-first',
        text: text(
          'the overview shows the new balance before the wallet has booked',
          'trang tổng quan hiện số dư mới trước khi ví ghi sổ',
        ),
        why: text(
          'The view hears from the wallet, after its commit. It could be so only if it guessed from the payment’s event.',
          'View nghe từ ví, sau khi ví commit. Chỉ có thể vậy nếu nó tự đoán từ event của thanh toán.',
        ),
      },
      {
        id: 'back-again',
        text: text('the overview goes back to the old balance', 'trang tổng quan quay về số dư cũ'),
        why: text(
          'One view only goes forward. Going back is seen when a customer is served by two replicas that lag differently.',
          'Một view thì chỉ đi tới. Thấy lùi là khi khách được phục vụ bởi hai bản có độ trễ khác nhau.',
        ),
      },
    ],
    answer: ['accepted', 'booked', 'all-new'],
  },
  {
    kind: 'choice',
    id: 'replay-safe',
    item: 'study-08.6',
    ask: text(
      'You replay a year of events to fill a new table. Which code may run?',
      'Bạn replay event của một năm để lấp một bảng mới. Code nào được chạy?',
    ),
    options: [
      {
        id: 'the-projection',
        text: text(
          'The function that turns an event into rows, and nothing that speaks to anybody else',
          'Hàm biến event thành dòng trong bảng, và không gì nói chuyện với bên khác',
        ),
        why: text(
          'Whatever depends on the events alone gives the same each time. Whatever leaves the house does it each time.',
          'Thứ chỉ phụ thuộc vào event thì lần nào cũng ra như nhau. Thứ đi ra ngoài thì lần nào cũng đi.',
        ),
      },
      {
        id: 'card-with-key',
        text: text(
          'The card charge too, since it has an idempotency key',
          'Cả lệnh trừ thẻ, vì có idempotency key',
        ),
        why: text(
          'Providers keep keys for days, some for one day. A year later the key is forgotten and the card is charged.',
          'Nhà cung cấp giữ key vài ngày, có nơi chỉ một ngày. Một năm sau key đã bị quên và thẻ bị trừ thật.',
        ),
      },
      {
        id: 'everything-again',
        text: text(
          'Everything: the state only comes right when all handlers run',
          'Tất cả: mọi handler cùng chạy thì trạng thái mới đúng',
        ),
        why: text(
          'The state follows from the events. That a mail was sent is itself an event, if somebody wants to know it later.',
          'Trạng thái suy ra từ event. Việc đã gửi thư, nếu sau này cần biết, tự nó cũng là một event.',
        ),
      },
    ],
    answer: 'the-projection',
  },
  {
    kind: 'choice',
    id: 'same-version',
    item: 'study-08.7',
    ask: text(
      'Which change can be made within payment-captured.v1, with consumers that ignore what they don’t know?',
      'Thay đổi nào làm được ngay trong payment-captured.v1, khi consumer bỏ qua những gì nó không biết?',
    ),
    options: [
      {
        id: 'optional-field',
        text: text('A further field "channel" that may be missing', 'Thêm field "channel", có thể vắng mặt'),
        why: text(
          'Old consumers skip it, new ones have a default for events from before. Both directions hold.',
          'Consumer cũ bỏ qua nó, consumer mới có giá trị mặc định cho event cũ. Cả hai chiều đều đọc được.',
        ),
      },
      {
        id: 'required-field',
        text: text('A further field that consumers must find', 'Thêm field mà consumer bắt buộc phải thấy'),
        why: text(
          'Events of yesterday do not have it. Whoever demands it can’t read the topic from its beginning any more.',
          'Event hôm qua không có nó. Ai đòi hỏi nó thì không đọc lại topic từ đầu được nữa.',
        ),
      },
      {
        id: 'rename',
        text: text('A better name for a field', 'Tên hay hơn cho một field'),
        why: text(
          'For a consumer a rename is a removal and an addition. Send both for a while, or make v2.',
          'Với consumer, đổi tên là bỏ một field và thêm một field. Hãy gửi cả hai một thời gian, hoặc ra v2.',
        ),
      },
      {
        id: 'new-status',
        text: text(
          'Another value of "status", with consumers that know a closed list',
          'Thêm giá trị mới cho "status", khi consumer chỉ biết một danh sách đóng',
        ),
        why: text(
          'The schema stays and the switch falls through. It is harmless only where consumers were told what to do with a word they don’t know.',
          'Schema giữ nguyên nhưng switch rơi ra ngoài. Chỉ vô hại khi consumer được dặn phải làm gì với từ chưa biết.',
        ),
      },
    ],
    answer: 'optional-field',
  },
]
