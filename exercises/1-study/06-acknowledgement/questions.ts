/** The questions of study-06. Every wrong answer is somebody's sincere belief; its explanation says what it overlooks. */
import type { Question } from '#lab/study/question'
import { text } from '#lab/verdict/language'

export const questions: readonly Question[] = [
  {
    kind: 'choice',
    id: 'what-an-ack-says',
    item: 'study-06.1',
    ask: text(
      'What does the broker know when it has received a consumer’s ack?',
      'Khi nhận được ack của consumer, broker biết điều gì?',
    ),
    options: [
      {
        id: 'may-forget',
        text: text(
          'That the consumer answers for the message from here on, and it may be forgotten',
          'Từ đây consumer chịu trách nhiệm về message, và broker được phép quên nó',
        ),
        why: text(
          'That is all. Whether anything was processed is the consumer’s business, which is why the order of commit and ack decides.',
          'Chỉ có vậy. Đã xử lý hay chưa là việc của consumer, nên thứ tự giữa commit và ack mới quyết định.',
        ),
      },
      {
        id: 'processed',
        text: text('That the message has been processed', 'Message đã được xử lý xong'),
        why: text(
          'It knows only that the consumer says so. A handler that acks first and fails afterwards has said so as well.',
          'Nó chỉ biết là consumer nói vậy. Handler ack trước rồi mới lỗi thì cũng đã nói vậy.',
        ),
      },
      {
        id: 'producer-told',
        text: text(
          'That the producer can be told that it arrived',
          'Có thể báo cho producer là message đã tới',
        ),
        why: text(
          'Producers are told by confirms, which come when the broker has the message, long before any consumer. No ack ever travels on to a producer.',
          'Producer được báo bằng confirm, khi broker đã có message, trước mọi consumer rất lâu. Ack không bao giờ đi tiếp tới producer.',
        ),
      },
      {
        id: 'received',
        text: text('That the bytes have reached the consumer', 'Các byte đã tới consumer'),
        why: text(
          'TCP acknowledges bytes, to the kernel of the other computer. An ack comes from the program, at the moment it chooses.',
          'TCP xác nhận byte, tới kernel của máy bên kia. Ack đến từ chương trình, vào lúc chương trình chọn.',
        ),
      },
    ],
    answer: 'may-forget',
  },
  {
    kind: 'choice',
    id: 'without-acks',
    item: 'study-06.1',
    ask: text(
      'A broker without acks: a consumer’s connection ends after ten deliveries. What can the broker not find out?',
      'Giả sử broker không có ack: kết nối của consumer đứt sau mười lần giao. Broker không thể biết điều gì?',
    ),
    options: [
      {
        id: 'which-to-repeat',
        text: text(
          'Which of the ten it should give to somebody else',
          'Trong mười cái, cái nào cần giao cho người khác',
        ),
        why: text(
          'All ten left over the same socket. Some were handled, some lay in a buffer; without a word from the consumer they look alike.',
          'Cả mười đi qua cùng một socket. Có cái đã xử lý, có cái còn nằm trong bộ đệm; consumer không nói thì chúng giống hệt nhau.',
        ),
      },
      {
        id: 'that-it-ended',
        text: text('That the consumer is gone', 'Consumer đã biến mất'),
        why: text(
          'It learns that from the socket or, when the network is silent, from the missing heartbeats.',
          'Nó biết nhờ socket, hoặc nhờ mất heartbeat khi mạng im lặng.',
        ),
      },
      {
        id: 'how-many-sent',
        text: text('How many it has sent', 'Nó đã gửi bao nhiêu cái'),
        why: text(
          'It counts what it sends: that is the delivery tag. What it can’t count is what became of them.',
          'Nó đếm được số đã gửi: đó chính là delivery tag. Nó không đếm được sau đó chúng ra sao.',
        ),
      },
    ],
    answer: 'which-to-repeat',
  },
  {
    kind: 'number',
    id: 'killed-on-auto',
    item: 'study-06.2',
    unit: text('messages', 'message'),
    ask: text(
      'A consumer on auto-ack with prefetch 10 has been sent 500 messages. It has finished 120 of them and is killed. How many of the 500 are lost?',
      'Consumer dùng auto-ack, prefetch 10, đã được gửi 500 message. Nó xử lý xong 120 thì bị kill. Trong 500 message mất bao nhiêu?',
    ),
    answer: 380,
    why: text(
      '500 left the queue, 120 came to an effect. No ack is awaited, so the prefetch limits nothing and nothing comes back.',
      '500 cái đã rời queue, 120 cái có kết quả. Không chờ ack nào nên prefetch không giới hạn gì, cũng không gì quay lại.',
    ),
    near: [
      {
        value: 10,
        why: text(
          'That would be the prefetch. It counts deliveries that wait for an ack, of which there are none here.',
          'Đó là prefetch. Prefetch đếm số message đang chờ ack, mà ở đây không có cái nào chờ.',
        ),
      },
      {
        value: 0,
        why: text(
          'Nothing is lost when the broker still has it. On auto-ack it forgets at the moment of sending.',
          'Broker còn giữ thì không mất. Với auto-ack nó quên ngay lúc gửi.',
        ),
      },
      {
        value: 500,
        why: text(
          '120 were finished before the kill; their effects stay.',
          '120 cái đã xử lý xong trước khi bị kill; kết quả của chúng vẫn còn.',
        ),
      },
    ],
    otherwise: text(
      'Ask of each message where it is at the moment of the kill: in the queue, in the process, or in the books.',
      'Với từng message hãy hỏi: lúc bị kill nó nằm trong queue, trong process, hay trong sổ.',
    ),
  },
  {
    kind: 'order',
    id: 'commit-then-ack',
    item: 'study-06.4',
    ask: text(
      'Put the steps of a handler in the order in which a crash at any point loses no payment.',
      'Xếp các bước của handler theo thứ tự mà crash ở đâu cũng không mất thanh toán.',
    ),
    lines: [
      {
        id: 'deliver',
        text: text('the broker delivers the payment', 'broker giao thanh toán'),
        why: text(
          'From here on the payment is unacked: the broker still has it.',
          'Từ đây thanh toán ở trạng thái unacked: broker vẫn còn giữ nó.',
        ),
      },
      {
        id: 'check',
        text: text('the handler parses and validates it', 'handler parse và kiểm tra nó'),
        why: text(
          'Before anything is written: what can’t be read needs no transaction.',
          'Trước khi ghi bất cứ gì: thứ không đọc được thì không cần transaction.',
        ),
      },
      {
        id: 'write',
        text: text(
          'it writes inbox row and booking in one transaction',
          'ghi dòng inbox và bút toán trong một transaction',
        ),
        why: text(
          'Together, so that a redelivery can tell whether they are there.',
          'Ghi cùng nhau, để lần giao lại biết được đã có hay chưa.',
        ),
      },
      {
        id: 'commit',
        text: text('the transaction commits', 'transaction commit'),
        why: text(
          'Only now the books have the payment. A crash before this leaves nothing behind but an unacked message.',
          'Tới đây sổ mới có thanh toán. Crash trước bước này chỉ để lại một message unacked.',
        ),
      },
      {
        id: 'ack',
        text: text('the ack goes to the broker', 'ack gửi tới broker'),
        why: text(
          'Last: until the commit is done, nobody else has the payment but the broker, and it must not forget it.',
          'Sau cùng: commit chưa xong thì ngoài broker không ai có thanh toán, nên broker không được quên.',
        ),
      },
    ],
    answer: ['deliver', 'check', 'write', 'commit', 'ack'],
  },
  {
    kind: 'choice',
    id: 'after-reconnect',
    item: 'study-06.4',
    ask: text(
      'A consumer holds tag 7, its connection breaks, it reconnects and opens a new channel, and then its slow handler finishes and acks 7 on the new channel. What is the best that it can do instead?',
      'Consumer đang giữ tag 7 thì đứt kết nối, nó kết nối lại và mở channel mới, rồi handler chậm chạy xong và ack 7 trên channel mới. Lẽ ra nên làm gì?',
    ),
    options: [
      {
        id: 'drop-it',
        text: text(
          'Drop the ack; the payment comes again, and the inbox knows it',
          'Bỏ ack đó đi; thanh toán sẽ tới lại, và inbox nhận ra nó',
        ),
        why: text(
          'The tag died with its channel. The message is back in the queue, and a handler that is idempotent makes the second delivery harmless.',
          'Tag chết theo channel của nó. Message đã về queue, và handler idempotent làm lần giao thứ hai trở nên vô hại.',
        ),
      },
      {
        id: 'ack-all',
        text: text(
          'Ack with multiple, so that 7 is surely covered',
          'Ack với multiple để chắc chắn gồm cả 7',
        ),
        why: text(
          'On the new channel this acks other messages up to 7 that may still be in work, or closes the channel when there was no tag 7 yet.',
          'Trên channel mới, lệnh đó ack luôn những message khác có tag tới 7 có thể còn đang xử lý, hoặc làm đóng channel nếu chưa có tag 7.',
        ),
      },
      {
        id: 'ack-by-id',
        text: text('Ack by the message id, which has not changed', 'Ack theo message id, vì id không đổi'),
        why: text(
          'AMQP has no ack by message id. A tag is the only name that a delivery has, and it counts for one channel.',
          'AMQP không ack theo message id. Một lần giao chỉ có một tên là tag, và tag chỉ có nghĩa trong một channel.',
        ),
      },
    ],
    answer: 'drop-it',
  },
  {
    kind: 'trace',
    id: 'timeout-trace',
    item: 'study-06.6',
    ask: text(
      'RabbitMQ 4.2, defaults. A handler hangs on a payment for an hour. Which of these happen, in which order?',
      'RabbitMQ 4.2, cấu hình mặc định. Handler treo một tiếng với một thanh toán. Những việc nào xảy ra, theo thứ tự nào?',
    ),
    lines: [
      {
        id: 'delivered',
        text: text('basic.deliver, tag 1', 'basic.deliver, tag 1'),
        why: text(
          'The clock of the timeout starts with the delivery.',
          'Đồng hồ của timeout chạy từ lúc giao.',
        ),
      },
      {
        id: 'half-hour',
        text: text('30 minutes pass without an ack', '30 phút trôi qua mà không có ack'),
        why: text(
          'consumer_timeout is 1,800,000 ms unless somebody sets it.',
          'consumer_timeout là 1.800.000 ms nếu không ai đặt khác.',
        ),
      },
      {
        id: 'channel-close',
        text: text(
          'channel.close 406, delivery acknowledgement timed out',
          'channel.close 406, delivery acknowledgement timed out',
        ),
        why: text(
          'The channel goes, not the connection: other channels of the process go on.',
          'Mất channel chứ không mất kết nối: các channel khác của process vẫn chạy.',
        ),
      },
      {
        id: 'again',
        text: text(
          'basic.deliver to another consumer, redelivered',
          'basic.deliver cho consumer khác, có cờ redelivered',
        ),
        why: text(
          'What the channel held is ready again, in its old place.',
          'Những gì channel đó giữ trở lại trạng thái ready, ở chỗ cũ.',
        ),
      },
      {
        id: 'heartbeat-missing',
        text: text('the connection is closed for missing heartbeats', 'kết nối bị đóng vì thiếu heartbeat'),
        why: text(
          'The client library sends them while a handler waits for something. They would be missing if the handler blocked the event loop.',
          'Thư viện client vẫn gửi heartbeat trong lúc handler chờ. Chỉ thiếu khi handler chặn event loop.',
        ),
      },
      {
        id: 'dead-lettered',
        text: text('the payment is dead-lettered as expired', 'thanh toán vào dead letter với lý do expired'),
        why: text(
          'Only what waits in a queue can expire. In a consumer’s hands a message has no time-to-live.',
          'Chỉ message đang chờ trong queue mới hết hạn. Trong tay consumer thì không có time-to-live.',
        ),
      },
    ],
    answer: ['delivered', 'half-hour', 'channel-close', 'again'],
  },
  {
    kind: 'choice',
    id: 'which-nack',
    item: 'study-06.7',
    ask: text(
      'Four failures in a handler. For which one is a nack with requeue, by itself, a reasonable answer?',
      'Bốn lỗi trong handler. Với lỗi nào thì chỉ nack kèm requeue là câu trả lời hợp lý?',
    ),
    options: [
      {
        id: 'shutting-down',
        text: text(
          'The process is told to stop and has not begun this message yet',
          'Process được lệnh dừng và chưa bắt đầu message này',
        ),
        why: text(
          'Nothing is wrong with the message, and another consumer can take it at once. That is what requeue is for.',
          'Message không có gì sai, consumer khác nhận ngay được. Requeue sinh ra cho việc này.',
        ),
      },
      {
        id: 'unreadable',
        text: text('The JSON is cut off', 'JSON bị cụt'),
        why: text(
          'No try will make it whole. Reject it without requeue, and the dead letter exchange gets it.',
          'Thử bao nhiêu lần cũng vậy. Hãy reject không requeue để nó vào dead letter exchange.',
        ),
      },
      {
        id: 'database-down',
        text: text('The database has been down for a minute', 'Database sập được một phút'),
        why: text(
          'A requeue comes back at once, thousands of times a second. It needs a delay: a wait queue, or no consuming until the database is back.',
          'Requeue thì nó quay lại ngay, hàng nghìn lần mỗi giây. Cần một khoảng chờ: wait queue, hoặc ngừng nhận tới khi database sống lại.',
        ),
      },
      {
        id: 'declined',
        text: text('The card was declined', 'Thẻ bị từ chối'),
        why: text(
          'That is no failure of the handler but an outcome. It is booked as declined and acked.',
          'Đó không phải lỗi của handler mà là một kết quả. Ghi nhận là bị từ chối rồi ack.',
        ),
      },
    ],
    answer: 'shutting-down',
  },
  {
    kind: 'choice',
    id: 'nack-without-dlx',
    item: 'study-06.7',
    ask: text(
      'A queue has no dead letter exchange. The handler nacks a payment without requeue. Where is it?',
      'Một queue không có dead letter exchange. Handler nack một thanh toán không requeue. Nó ở đâu?',
    ),
    options: [
      {
        id: 'gone',
        text: text('Gone, and nobody is told', 'Mất, và không ai được báo'),
        why: text(
          'For the broker this is an ack with another name: it forgets. Whoever puts a message out must have built the place where it goes.',
          'Với broker thì đó là ack dưới tên khác: nó quên. Muốn đưa message ra khỏi queue thì phải dựng sẵn nơi nó đi tới.',
        ),
      },
      {
        id: 'at-the-end',
        text: text('At the end of the same queue', 'Ở cuối chính queue đó'),
        why: text(
          'That asks for requeue, and even then it would take its old place.',
          'Muốn vậy phải requeue, mà requeue thì nó cũng về chỗ cũ.',
        ),
      },
      {
        id: 'default-dlq',
        text: text(
          'In the default dead letter queue of the vhost',
          'Trong dead letter queue mặc định của vhost',
        ),
        why: text(
          'RabbitMQ has none. A dead letter queue is whatever somebody bound to an exchange that the queue names.',
          'RabbitMQ không có thứ đó. Dead letter queue là queue mà ai đó đã bind vào exchange do queue kia chỉ định.',
        ),
      },
    ],
    answer: 'gone',
  },
  {
    kind: 'choice',
    id: 'redelivered-means',
    item: 'study-06.8',
    ask: text(
      'A delivery has redelivered = true. What does that prove?',
      'Một lần giao có redelivered = true. Điều đó chứng minh gì?',
    ),
    options: [
      {
        id: 'was-out',
        text: text(
          'That it was sent to some consumer before; not that anybody began it',
          'Nó từng được gửi cho một consumer nào đó; không chứng minh ai đã bắt đầu xử lý',
        ),
        why: text(
          'Prefetched messages that nobody had looked at come back with the flag as well. And false proves nothing either: a copy that the producer sent twice is a new message.',
          'Message nằm trong prefetch chưa ai đụng tới cũng quay lại với cờ này. Mà false cũng không chứng minh gì: bản producer gửi hai lần là message mới.',
        ),
      },
      {
        id: 'processed-before',
        text: text('That it has been processed before', 'Nó đã được xử lý trước đó'),
        why: text(
          'Then one could ack it unread, and would lose whatever was only prefetched when the consumer died.',
          'Nếu vậy chỉ cần ack mà không đọc, và sẽ mất mọi thứ mới nằm trong prefetch lúc consumer chết.',
        ),
      },
      {
        id: 'second-time',
        text: text('That this is the second delivery', 'Đây là lần giao thứ hai'),
        why: text(
          'It is one bit: the second and the fiftieth look the same. Quorum queues count, in x-delivery-count.',
          'Cờ chỉ có một bit: lần hai và lần năm mươi như nhau. Quorum queue thì đếm, trong x-delivery-count.',
        ),
      },
    ],
    answer: 'was-out',
  },
  {
    kind: 'number',
    id: 'last-in-line',
    item: 'study-06.8',
    ask: text(
      'A classic queue holds payments 1, 2, 3, 4. A consumer with prefetch 4 has all four, nacks 1 with requeue, and acks the others. Which place has payment 1 in the order in which they were handled to the end?',
      'Classic queue có thanh toán 1, 2, 3, 4. Consumer prefetch 4 đang giữ cả bốn, nack 1 kèm requeue, rồi ack ba cái kia. Theo thứ tự được xử lý xong, thanh toán 1 đứng thứ mấy?',
    ),
    answer: 4,
    why: text(
      'It is back in its old place, but the three others have left the queue already: the consumer has them in hand.',
      'Nó về chỗ cũ, nhưng ba cái kia đã rời queue từ trước: chúng nằm trong tay consumer.',
    ),
    near: [
      {
        value: 1,
        why: text(
          'With a prefetch of 1 it would be: then the others are still in the queue, behind it.',
          'Với prefetch 1 thì đúng: khi đó các cái kia còn trong queue, đứng sau nó.',
        ),
      },
      {
        value: 2,
        why: text(
          'For that payment 2 alone would have to be in hand. Here the consumer holds all four.',
          'Muốn vậy chỉ thanh toán 2 được nằm trong tay. Ở đây consumer giữ cả bốn.',
        ),
      },
    ],
    otherwise: text(
      'Ask where 2, 3 and 4 are at the moment of the nack: in the queue, or in hand.',
      'Hãy hỏi lúc nack thì 2, 3, 4 đang ở đâu: trong queue hay trong tay.',
    ),
  },
]
