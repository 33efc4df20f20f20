/** The questions of study-01. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'what-reading-changes',
    item: 'study-01.1',
    ask: text(
      'DDIA chapter 11 sets two families of brokers side by side: AMQP/JMS-style brokers and log-based ones. A consumer has processed a message and says so. What has changed on the broker?',
      'DDIA chương 11 đặt hai họ broker cạnh nhau: kiểu AMQP/JMS và kiểu dựa trên log. Một consumer đã xử lý xong một message và báo lại. Trên broker có gì thay đổi?',
    ),
    options: [
      {
        id: 'deleted-or-position',
        text: text(
          'AMQP-style: the message is deleted. Log: only the consumer’s position has moved, the message stays',
          'Kiểu AMQP: message bị xoá. Kiểu log: chỉ vị trí đọc của consumer dịch lên, message vẫn còn',
        ),
        why: text(
          'In one family the broker keeps state for each message and forgets it on the ack; in the other it keeps one number for each consumer and drops records by age or size, read or unread.',
          'Một họ giữ trạng thái cho từng message và quên khi có ack; họ kia chỉ giữ một con số cho mỗi consumer, còn record bị xoá theo tuổi hay dung lượng, đọc rồi hay chưa cũng vậy.',
        ),
      },
      {
        id: 'both-delete',
        text: text(
          'Both delete it; the log only does it later, when all consumers have read it',
          'Cả hai đều xoá; log chỉ xoá muộn hơn, khi mọi consumer đã đọc',
        ),
        why: text(
          'A log does not ask who has read: retention is a matter of age and size. It deletes unread records too, and keeps those that everybody has read.',
          'Log không hỏi ai đã đọc: retention chỉ tính tuổi và dung lượng. Nó xoá cả record chưa ai đọc, và giữ cả record mọi bên đã đọc.',
        ),
      },
      {
        id: 'both-mark',
        text: text(
          'Both keep it and mark it as read for that consumer',
          'Cả hai đều giữ lại và đánh dấu là consumer đó đã đọc',
        ),
        why: text(
          'For that an AMQP queue would have to keep what was acknowledged. It does not: a second consumer that comes later finds nothing (experiment late-reader).',
          'Muốn vậy queue AMQP phải giữ lại thứ đã ack. Nó không giữ: consumer tới sau chẳng thấy gì (thí nghiệm late-reader).',
        ),
      },
    ],
    answer: 'deleted-or-position',
  },
  {
    kind: 'choice',
    id: 'a-bug-last-week',
    item: 'study-01.1',
    ask: text(
      'The report service has added up wrongly for a week; its bug is fixed today. All its messages were acknowledged. What decides whether it can work through the week again?',
      'Service báo cáo cộng sai suốt một tuần; hôm nay đã sửa xong bug. Mọi message của nó đều đã ack. Điều gì quyết định nó có làm lại được cả tuần đó hay không?',
    ),
    options: [
      {
        id: 'log-retention',
        text: text(
          'Whether the messages lie in a log whose retention covers the week; it then resets its own position',
          'Message có nằm trong log còn giữ đủ một tuần hay không; nếu có thì nó chỉ cần lùi vị trí đọc của mình',
        ),
        why: text(
          'Replay is what a log offers: the position belongs to the reader and can be moved back, as far as retention reaches, without anybody else noticing.',
          'Đọc lại chính là điều log cho phép: vị trí đọc là của bên đọc, lùi được tới đâu retention còn giữ, các bên khác không hề hay biết.',
        ),
      },
      {
        id: 'durable-queue',
        text: text('Whether its queue was durable', 'Queue của nó có durable hay không'),
        why: text(
          'Durable says that the queue outlives a restart of the broker. What was acknowledged is out of a durable queue as well.',
          'Durable nghĩa là queue còn lại sau khi broker khởi động lại. Message đã ack thì queue durable cũng không còn giữ.',
        ),
      },
      {
        id: 'requeue',
        text: text(
          'Whether it can requeue the messages with basic.nack',
          'Nó có requeue được message bằng basic.nack hay không',
        ),
        why: text(
          'A nack is possible once for each delivery, before the ack and on the channel that delivered. After the ack there is nothing to put back.',
          'Mỗi lần giao chỉ nack được một lần, trước khi ack và trên đúng channel đã giao. Sau ack thì không còn gì để trả về.',
        ),
      },
    ],
    answer: 'log-retention',
  },
  {
    kind: 'number',
    id: 'three-workers',
    item: 'study-01.5',
    ask: text(
      'Twelve payments lie in one queue. Three consumers listen to it, none fails, each acknowledges what it gets. How many deliveries does the broker make in all?',
      'Trong queue có mười hai thanh toán. Ba consumer cùng nghe, không bên nào lỗi, nhận gì cũng ack. Broker giao tổng cộng bao nhiêu lần?',
    ),
    answer: 12,
    why: text(
      'Each message is delivered to one of them. More consumers mean more hands, not more copies.',
      'Mỗi message chỉ giao cho một bên. Thêm consumer là thêm người làm, không phải thêm bản.',
    ),
    near: [
      {
        value: 36,
        why: text(
          '36 would be three queues with twelve copies each: pub/sub.',
          '36 lần là khi có ba queue, mỗi queue mười hai bản: tức là pub/sub.',
        ),
      },
      {
        value: 4,
        why: text(
          '4 is what one of the three gets on average; all three together count.',
          '4 là số trung bình mỗi bên nhận; câu hỏi tính cả ba bên.',
        ),
      },
      {
        value: 24,
        why: text(
          '24 would be every payment delivered once more, as after a crash before the ack. Nobody failed here.',
          '24 lần là khi thanh toán nào cũng bị giao lại, như sau crash trước ack. Ở đây không ai lỗi cả.',
        ),
      },
    ],
    otherwise: text(
      'Ask of one payment: how many of the three get it, if none of them fails?',
      'Hãy hỏi về một thanh toán: nếu không bên nào lỗi thì mấy trong ba bên nhận được nó?',
    ),
  },
  {
    kind: 'trace',
    id: 'a-worker-dies',
    item: 'study-01.5',
    ask: text(
      'A and B listen to one queue. A is given payment …a3f and dies (SIGKILL) before it acknowledges. Which lines are seen from then on, and in which order?',
      'A và B cùng nghe một queue. A nhận thanh toán …a3f rồi chết (SIGKILL) trước khi ack. Từ đó sẽ thấy những dòng nào, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'closed',
        text: text('the broker notices that A’s connection is gone', 'broker nhận ra kết nối của A đã mất'),
        why: text(
          'Nothing happens before the broker knows: of a dead process it learns when the socket closes, of a dead network only by missing heartbeats.',
          'Broker chưa biết thì chưa có gì xảy ra: process chết thì nó biết khi socket đóng, mạng chết thì chỉ biết khi thiếu heartbeat.',
        ),
      },
      {
        id: 'back',
        text: text('…a3f is ready in the queue again', '…a3f lại nằm sẵn trong queue'),
        why: text(
          'The broker never gave its copy up: without the ack it goes back as soon as the channel is gone, and not before.',
          'Broker chưa từng bỏ bản của mình: không có ack thì nó trở lại ngay khi channel mất, và không sớm hơn.',
        ),
      },
      {
        id: 'to-b',
        text: text('basic.deliver …a3f redelivered to B', 'basic.deliver …a3f redelivered tới B'),
        why: text(
          'B gets it, flagged as redelivered, once it is ready again: each message goes to one consumer, but to another one when the first is gone.',
          'B nhận được, có cờ redelivered, sau khi nó lại sẵn sàng: mỗi message chỉ tới một consumer, nhưng sẽ tới bên khác khi bên đầu không còn.',
        ),
      },
      {
        id: 'to-b-at-once',
        text: text(
          'a copy of …a3f that B had been given from the start',
          'một bản của …a3f mà B đã nhận từ đầu',
        ),
        why: text(
          'B had no copy: there is one, and it was with A. That B had one too would be two queues.',
          'B không có bản nào: chỉ có một bản và A đang cầm. B cũng có một bản thì phải là hai queue.',
        ),
      },
      {
        id: 'lost',
        text: text('nothing more of …a3f: it was delivered', 'không thấy …a3f nữa: nó đã được giao'),
        why: text(
          'Delivered is not acknowledged. It would be lost if A had consumed with no-ack, where the delivery counts as the ack.',
          'Đã giao chưa phải là đã ack. Nó chỉ mất nếu A nhận kiểu no-ack, khi đó giao đi được tính luôn là ack.',
        ),
      },
    ],
    answer: ['closed', 'back', 'to-b'],
  },
  {
    kind: 'number',
    id: 'copies',
    item: 'study-01.6',
    ask: text(
      'A topic exchange has four queues: ledger (bound with payment.# and payment.requested), notifications (payment.#), fraud (payment.requested, read by five consumers), refunds (payment.refunded). One message payment.requested is published. How many copies are there?',
      'Một topic exchange có bốn queue: ledger (bind bằng payment.# và payment.requested), notifications (payment.#), fraud (payment.requested, có năm consumer cùng đọc), refunds (payment.refunded). Gửi một message payment.requested. Có mấy bản?',
    ),
    answer: 3,
    why: text(
      'One for each queue that at least one binding leads to: ledger, notifications, fraud. Neither a second binding nor a second consumer makes a copy.',
      'Mỗi queue có ít nhất một binding khớp được một bản: ledger, notifications, fraud. Thêm binding hay thêm consumer đều không sinh thêm bản.',
    ),
    near: [
      {
        value: 4,
        why: text(
          '4 are the bindings that match; ledger has two of them and still gets one copy. Routing collects queues.',
          '4 là số binding khớp; ledger có hai cái nhưng vẫn chỉ nhận một bản. Định tuyến gom theo queue.',
        ),
      },
      {
        value: 7,
        why: text(
          '7 counts the consumers. The five of fraud share one copy.',
          '7 là đếm theo consumer. Năm consumer của fraud chia nhau một bản.',
        ),
      },
      {
        value: 8,
        why: text(
          '8 counts consumers and bindings. Copies are counted by queue.',
          '8 là đếm cả consumer lẫn binding. Số bản tính theo queue.',
        ),
      },
      {
        value: 1,
        why: text(
          '1 would be one queue that all share. Here each subscriber has its own.',
          '1 bản là khi mọi bên chung một queue. Ở đây mỗi bên đăng ký có queue riêng.',
        ),
      },
    ],
    otherwise: text(
      'Go through the queues one by one: does any binding of this queue match payment.requested?',
      'Xét từng queue: queue này có binding nào khớp payment.requested không?',
    ),
  },
  {
    kind: 'choice',
    id: 'scaling-a-subscriber',
    item: 'study-01.6',
    ask: text(
      'Notifications can’t keep up with its queue. You start a second instance, and each instance declares a queue of its own and binds it. What do the customers see?',
      'Service notifications làm không kịp. Bạn chạy thêm instance thứ hai, mỗi instance khai báo và bind một queue riêng. Khách hàng sẽ thấy gì?',
    ),
    options: [
      {
        id: 'every-mail-twice',
        text: text('Every e-mail twice', 'Mỗi e-mail đến hai lần'),
        why: text(
          'Two queues are two subscribers. To share the work, the instances have to share the subscriber’s queue: pub/sub between services, point-to-point inside each.',
          'Hai queue là hai bên đăng ký. Muốn chia việc thì các instance phải chung queue của service: pub/sub giữa các service, point-to-point bên trong từng service.',
        ),
      },
      {
        id: 'twice-as-fast',
        text: text('Every e-mail once, and twice as fast', 'Mỗi e-mail một lần, nhanh gấp đôi'),
        why: text(
          'That takes one queue with two consumers. With a queue each, both get everything, and neither has less to do.',
          'Muốn vậy phải là một queue với hai consumer. Mỗi bên một queue thì bên nào cũng nhận tất cả, chẳng ai bớt việc.',
        ),
      },
      {
        id: 'half-lost',
        text: text('Half of the e-mails, chosen at random', 'Một nửa số e-mail, ngẫu nhiên'),
        why: text(
          'That happens the other way round: two different services that share one queue take each other’s messages away.',
          'Chuyện đó xảy ra theo chiều ngược lại: hai service khác nhau mà chung một queue thì giành mất message của nhau.',
        ),
      },
    ],
    answer: 'every-mail-twice',
  },
  {
    kind: 'choice',
    id: 'what-durable-outlives',
    item: 'study-01.9',
    ask: text(
      'One node. A persistent message in a durable queue was confirmed and nobody has consumed it. Which of these does it not outlive?',
      'Chỉ có một node. Message persistent trong queue durable đã được confirm và chưa ai nhận. Sự cố nào thì nó không còn?',
    ),
    options: [
      {
        id: 'kill',
        text: text('SIGKILL of the broker', 'Broker bị SIGKILL'),
        why: text(
          'That is what durability is about: what was confirmed has been handed to the store, and the next start reads it back (experiment broker-killed).',
          'Durability nói về chính chuyện này: thứ đã confirm đã nằm trong kho lưu, lần khởi động sau đọc lại (thí nghiệm broker-killed).',
        ),
      },
      {
        id: 'disk',
        text: text('The loss of the broker’s only disk', 'Ổ đĩa duy nhất của broker bị hỏng'),
        why: text(
          'Durable means "on this node’s disk". Against a lost disk or machine only copies on other nodes help: a quorum queue over three nodes, in Kafka a replication factor of three.',
          'Durable nghĩa là "nằm trên đĩa của node này". Mất đĩa hay mất máy thì chỉ bản sao ở node khác mới cứu được: quorum queue trên ba node, với Kafka là replication factor bằng ba.',
        ),
      },
      {
        id: 'clean-restart',
        text: text('A clean restart of the broker', 'Broker khởi động lại bình thường'),
        why: text(
          'A clean stop is milder than a kill: what outlives the kill outlives it too.',
          'Dừng êm còn nhẹ hơn bị kill: thứ sống qua được kill thì sống qua được nó.',
        ),
      },
      {
        id: 'producer-gone',
        text: text('The producer’s process ends', 'Process của producer kết thúc'),
        why: text(
          'After the confirm the producer is not needed any more. Before it, the message might have died with it.',
          'Sau confirm thì không cần producer nữa. Trước confirm thì message có thể chết theo nó.',
        ),
      },
    ],
    answer: 'disk',
  },
  {
    kind: 'choice',
    id: 'queue-or-message',
    item: 'study-01.9',
    ask: text(
      'A service declares its classic queue with durable: true and publishes without a delivery mode, as amqplib does by default. The broker restarts. What is there?',
      'Một service khai báo classic queue với durable: true và gửi mà không đặt delivery mode, như mặc định của amqplib. Broker khởi động lại. Còn gì?',
    ),
    options: [
      {
        id: 'empty-queue',
        text: text('The queue, empty', 'Có queue, nhưng trống'),
        why: text(
          'The declaration is durable, the messages are not: without delivery mode 2 they are transient, and a classic queue keeps those in memory only.',
          'Khai báo thì durable, message thì không: không có delivery mode 2 nên chúng là transient, và classic queue chỉ giữ loại đó trong bộ nhớ.',
        ),
      },
      {
        id: 'queue-and-messages',
        text: text('The queue with its messages', 'Queue cùng các message'),
        why: text(
          'So it would be in a quorum queue, which stores every message whatever its delivery mode, or with persistent: true.',
          'Nếu là quorum queue thì đúng, vì nó lưu mọi message bất kể delivery mode; hoặc khi gửi với persistent: true.',
        ),
      },
      {
        id: 'nothing',
        text: text('Neither queue nor messages', 'Không còn queue, cũng không còn message'),
        why: text(
          'So it is for a queue declared with durable: false. This one is part of the stored definitions.',
          'Đó là queue khai báo durable: false. Queue này thì nằm trong các định nghĩa được lưu.',
        ),
      },
    ],
    answer: 'empty-queue',
  },
  {
    kind: 'order',
    id: 'until-stored',
    item: 'study-01.10',
    ask: text(
      'A payment is to be published so that it can’t be lost on the way. Put the moments in order.',
      'Cần gửi một thanh toán sao cho không thể mất dọc đường. Xếp các thời điểm theo thứ tự.',
    ),
    lines: [
      {
        id: 'declare',
        text: text('the queue is declared durable and bound', 'queue được khai báo durable và bind'),
        why: text(
          'First there must be a queue that a binding leads to: an exchange routes at the publish, to what is there then.',
          'Trước hết phải có queue mà binding dẫn tới: exchange định tuyến ngay lúc gửi, tới những gì đang có.',
        ),
      },
      {
        id: 'publish',
        text: text('basic.publish with delivery mode 2', 'basic.publish với delivery mode 2'),
        why: text(
          'The publish asks for storing; it comes after the queue is there, and says nothing yet about whether it has been done.',
          'Lệnh gửi yêu cầu lưu; nó đến sau khi đã có queue, và chưa nói gì về việc đã lưu hay chưa.',
        ),
      },
      {
        id: 'store',
        text: text('the broker writes the message to its store', 'broker ghi message vào kho lưu'),
        why: text(
          'Between publish and confirm lies the writing. A crash here loses the message, and the producer still has it.',
          'Việc ghi nằm giữa lúc gửi và lúc confirm. Crash ở đây thì message mất, nhưng producer vẫn còn bản của nó.',
        ),
      },
      {
        id: 'confirm',
        text: text('the broker sends the confirm (basic.ack)', 'broker gửi confirm (basic.ack)'),
        why: text(
          'The confirm is the first sign that it has been stored; before the writing it would be a promise without cover.',
          'Confirm là dấu hiệu đầu tiên rằng đã lưu; gửi trước khi ghi thì chỉ là lời hứa suông.',
        ),
      },
      {
        id: 'forget',
        text: text('the producer drops its own copy', 'producer bỏ bản của mình'),
        why: text(
          'Only now: whoever forgets before the confirm leaves a moment in which nobody has the message.',
          'Chỉ tới lúc này: ai bỏ trước khi có confirm thì sẽ có lúc không ai giữ message.',
        ),
      },
    ],
    answer: ['declare', 'publish', 'store', 'confirm', 'forget'],
  },
  {
    kind: 'choice',
    id: 'what-tells-you',
    item: 'study-01.10',
    ask: text(
      'What tells a producer that RabbitMQ has stored its persistent message?',
      'Điều gì cho producer biết RabbitMQ đã lưu message persistent của nó?',
    ),
    options: [
      {
        id: 'returned-true',
        text: text('channel.publish() returned true', 'channel.publish() trả về true'),
        why: text(
          'true says that the client’s own write buffer has room. The message may not even have left the process.',
          'true nghĩa là bộ đệm ghi của chính client còn chỗ. Có khi message còn chưa rời process.',
        ),
      },
      {
        id: 'no-error',
        text: text('No error came within a second', 'Sau một giây không có lỗi'),
        why: text(
          'AMQP publishes are not answered at all unless the channel is in confirm mode. Silence is what one hears of a lost message, too.',
          'Không ở chế độ confirm thì AMQP không hề trả lời lệnh gửi. Message bị mất thì cũng im lặng như vậy.',
        ),
      },
      {
        id: 'confirm',
        text: text(
          'The confirm on a confirm channel, if it was not returned',
          'Confirm trên confirm channel, nếu không bị trả về',
        ),
        why: text(
          'For a persistent message in a durable queue the confirm follows the writing. With mandatory, a return comes before it when no queue took the message.',
          'Với message persistent trong queue durable, confirm tới sau khi ghi. Nếu đặt mandatory mà không queue nào nhận, message bị trả về trước confirm.',
        ),
      },
      {
        id: 'consumer-ack',
        text: text('The consumer’s ack', 'Ack của consumer'),
        why: text(
          'That goes from a consumer to the broker and never reaches the producer. It also comes at the end of storing, not at its beginning.',
          'Ack đi từ consumer tới broker, producer không bao giờ thấy. Nó còn báo lúc thôi lưu, chứ không phải lúc bắt đầu lưu.',
        ),
      },
    ],
    answer: 'confirm',
  },
]
