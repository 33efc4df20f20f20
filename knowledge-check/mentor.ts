/** The mentor's six questions: what a whole answer says, what is often said and not so, and a model answer. */
import type { WrittenQuestion } from '#lab/study/written'
import { text } from '#lab/verdict/language'
import { crash, dedupe, lost, not, outside, transaction, twice } from './words.ts'

const lostAfterAck: WrittenQuestion = {
  item: 'review-08.1',
  heading: text('Q1 Lost after the ack', 'Q1 Mất sau khi đã ack'),
  ask: text(
    'A producer sends a message and gets its ack. Can the broker still lose it? How, and what prevents each way?',
    'Producer gửi message và đã nhận ack. Broker còn làm mất nó được không? Bằng cách nào, và chặn từng cách ra sao?',
  ),
  wordsMin: 110,
  points: [
    {
      asks: text('what the ack says, and what it does not', 'ack nói điều gì, và không nói điều gì'),
      needs: [
        ['ack', 'confirm'],
        ['says', 'means', 'only', 'promise', 'told', 'nói', 'nghĩa', 'chỉ', 'hứa'],
        ['broker', 'took', 'has it', 'responsib', 'leader', 'đã nhận', 'trách nhiệm'],
      ],
    },
    {
      asks: text(
        'a way in which RabbitMQ loses it at once: no queue was bound',
        'cách RabbitMQ làm mất ngay: không có queue nào được bind',
      ),
      needs: [
        [
          'unroutable',
          'not bound',
          'no queue',
          'no binding',
          'nothing is bound',
          'nowhere',
          'không queue',
          'không có queue',
          'không có binding',
          'chưa bind',
        ],
        ['mandatory', 'alternate', 'return'],
      ],
    },
    {
      asks: text(
        'a way in which a queue lets it go: limit or time',
        'cách queue tự bỏ nó: quá giới hạn hoặc quá giờ',
      ),
      needs: [
        [
          'max-length',
          'length limit',
          'drop-head',
          'overflow',
          'ttl',
          'expire',
          'delivery limit',
          'delivery-limit',
          'giới hạn',
          'hết hạn',
        ],
        ['dead letter', 'dead-letter', 'dlx', 'reject-publish', 'without', 'drop', 'bỏ', 'không có'],
      ],
    },
    {
      asks: text(
        'a way in which a restart or a lost disk loses it',
        'cách khởi động lại hoặc hỏng ổ đĩa làm mất nó',
      ),
      needs: [
        ['durable', 'persistent', 'transient', 'disk', 'fsync', 'memory', 'bền', 'ổ đĩa', 'bộ nhớ'],
        ['restart', 'reboot', 'crash', 'power', 'lost', 'dies', 'khởi động lại', 'mất điện', 'mất', 'hỏng'],
      ],
    },
    {
      asks: text('how Kafka loses what it acknowledged', 'Kafka làm mất thứ đã ack bằng cách nào'),
      needs: [
        ['acks', 'isr', 'in-sync', 'unclean', 'min.insync', 'leader'],
        ['lost', 'lose', 'loses', 'dies', 'shrunk', 'alone', 'election', 'mất', 'chết', 'còn một', 'bầu'],
      ],
    },
    {
      asks: text(
        'what finds a loss that no setting prevents',
        'cái gì phát hiện chỗ mất mà không cấu hình nào chặn được',
      ),
      needs: [
        ['reconcil', 'compare', 'count', 'audit', 'outbox', 'đối soát', 'so sánh', 'kiểm đếm'],
        ['id', 'end', 'sent', 'booked', 'both', 'every', 'đã gửi', 'đã ghi', 'hai đầu', 'từng', 'mọi'],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['ack', 'confirm'],
        [
          'safe for good',
          'safe for ever',
          'safe forever',
          'safe from then on',
          'safe once and for all',
          'từ đó là an toàn',
          'mãi mãi an toàn',
          'an toàn tuyệt đối',
        ],
      ],
      why: text(
        'a confirm is a promise within limits: no queue, a full queue, an expiry, one disk or one in-sync replica end it',
        'confirm là lời hứa có giới hạn: không có queue, queue đầy, hết hạn, một ổ đĩa hay chỉ còn một replica là hết',
      ),
    },
    {
      says: [
        ['ack', 'confirm'],
        ['means', 'proves', 'says', 'nghĩa là', 'chứng tỏ'],
        [
          'consumer processed',
          'was processed',
          'has been processed',
          'consumer has',
          'consumer đã xử lý',
          'đã được xử lý',
        ],
      ],
      why: text(
        'the producer’s confirm speaks of the broker alone; the consumer’s ack is another one, and the books a third thing',
        'confirm của producer chỉ nói về broker; ack của consumer là chuyện khác, còn sổ là chuyện thứ ba',
      ),
    },
  ],
  reference: text(
    'Yes. The confirm only says that the broker took responsibility by the rules that its queues were given. With no queue bound it confirms and drops: mandatory or an alternate exchange tells. A queue with a length limit drops its head, one with a TTL lets it expire: reject-publish, or a dead-letter exchange behind it. A transient message is gone after a restart, and a single disk with its machine: durable quorum queues on three nodes. An automatic ack loses what the consumer had in memory. In Kafka acks=1 is answered by a leader that may die before anybody copied the record; with acks=all the same happens once the in-sync set has shrunk to the leader alone, unless min.insync.replicas is 2 and unclean election off. Retention may delete before a slow group has read. Since no list is complete, every sent id is compared with what was booked, each day.',
    'Có. Confirm chỉ nói rằng broker đã nhận trách nhiệm theo luật mà queue được khai báo. Không có queue nào bind thì nó confirm rồi bỏ: mandatory hoặc alternate exchange sẽ báo. Queue có giới hạn độ dài thì bỏ message ở đầu, có TTL thì message hết hạn: dùng reject-publish, hoặc đặt dead-letter exchange phía sau. Message không persistent mất khi khởi động lại, một ổ đĩa đơn thì mất theo máy: dùng quorum queue trên ba node. Ack tự động làm mất thứ consumer đang giữ trong bộ nhớ. Ở Kafka, acks=1 do một leader trả lời, mà leader có thể chết trước khi ai kịp chép; acks=all cũng vậy khi ISR chỉ còn mình leader, trừ khi min.insync.replicas là 2 và tắt bầu unclean. Retention có thể xoá trước khi group chậm kịp đọc. Không danh sách nào là đủ, nên mỗi ngày đối soát từng id đã gửi với thứ đã ghi sổ.',
  ),
}

const idempotency: WrittenQuestion = {
  item: 'review-08.2',
  heading: text('Q2 Processed again', 'Q2 Bị xử lý lại'),
  ask: text(
    'A consumer processes a message and crashes before the ack, so it comes again. How do you make that harmless?',
    'Consumer xử lý message rồi crash trước khi ack, nên message quay lại. Làm sao để việc đó vô hại?',
  ),
  wordsMin: 100,
  points: [
    {
      asks: text('why it must come again', 'vì sao nó phải quay lại'),
      needs: [crash, ['ack', 'commit'], [...twice, 'cannot know', 'does not know', 'không biết']],
    },
    {
      asks: text('which key tells a copy, and who makes it', 'key nào nhận ra bản trùng, và ai tạo ra nó'),
      needs: [
        ['id', 'key'],
        ['producer', 'sender', 'client', 'made once', 'bên gửi', 'tạo một lần', 'ứng dụng'],
        ['once', 'before', 'same', 'retry', 'một lần', 'trước', 'giữ nguyên', 'cùng'],
      ],
    },
    {
      asks: text('where the mark stands, and in which transaction', 'dấu nằm ở đâu, trong transaction nào'),
      needs: [
        dedupe,
        [
          'same transaction',
          'one transaction',
          'single transaction',
          'cùng transaction',
          'một transaction',
          'cùng một transaction',
          'chung transaction',
        ],
      ],
    },
    {
      asks: text('what happens if the mark is written before or after', 'ghi dấu trước hoặc sau thì sao'),
      needs: [
        ['before', 'after', 'separate', 'two stores', 'redis', 'trước', 'sau', 'tách', 'hai nơi'],
        [...lost, ...twice],
      ],
    },
    {
      asks: text('two copies at the same moment', 'hai bản cùng một lúc'),
      needs: [
        [
          'same time',
          'same moment',
          'at once',
          'concurrent',
          'two instances',
          'two workers',
          'cùng lúc',
          'đồng thời',
          'hai instance',
          'hai worker',
        ],
        ['unique', 'primary key', 'constraint', 'lock', 'insert', 'khoá', 'ràng buộc', 'chèn'],
      ],
    },
    {
      asks: text('how long the mark is kept, and why', 'giữ dấu bao lâu, và vì sao'),
      needs: [
        ['day', 'week', 'month', 'long', 'ngày', 'tuần', 'tháng', 'lâu'],
        [
          'retry',
          'retries',
          'dead letter',
          'dlq',
          'redrive',
          'sent again',
          'retention',
          'gửi lại',
          'thử lại',
        ],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['select', 'check', 'look', 'kiểm tra'],
        ['first', 'trước'],
        ['is enough', 'suffices', 'là đủ', 'là xong'],
      ],
      why: text(
        'between looking and writing the other copy looks too; only a unique key decides',
        'giữa lúc nhìn và lúc ghi, bản kia cũng đang nhìn; chỉ unique key mới phân xử được',
      ),
    },
    {
      says: [
        ['redelivered'],
        ['flag', 'cờ', 'false'],
        ['means', 'proves', 'enough', 'reliable', 'nghĩa là', 'là đủ', 'tin được'],
      ],
      why: text(
        'the flag tells that the broker delivered it before on this queue; a copy that the producer sent again does not have it',
        'cờ này chỉ nói broker đã từng giao nó trên queue này; bản do producer gửi lại thì không có cờ',
      ),
    },
  ],
  reference: text(
    'The broker has not heard an ack and cannot know how far the dead consumer came, so it hands the message out again, and it should. The id is made once by whoever wants the payment, before the first attempt, and stays through each retry. The consumer inserts it into an inbox table, whose primary key is consumer and id, in one transaction with the booking. Written before, a crash loses the payment; written after, it doubles it; in another store such as Redis, it does either. When two instances hold copies at the same moment, the insert of the second waits and then fails on the constraint. A copy is acked like the first. Marks are kept longer than all retries, the time in the dead letter queue and the redrive together: here 30 days.',
    'Broker chưa nghe ack và không biết consumer đã chết làm tới đâu, nên nó giao lại, và phải như thế. Id do bên muốn thanh toán tạo một lần, trước lần thử đầu tiên, và giữ nguyên qua mọi lần retry. Consumer chèn id vào bảng inbox, primary key gồm consumer và id, chung một transaction với việc ghi sổ. Ghi dấu trước thì crash làm mất thanh toán; ghi sau thì bị hai lần; để ở nơi khác như Redis thì cả hai chuyện đều có thể. Khi hai instance cùng lúc cầm hai bản, lệnh chèn thứ hai phải chờ rồi vấp ràng buộc. Bản trùng được ack như bản đầu. Dấu phải giữ lâu hơn tổng mọi lần retry, thời gian nằm DLQ và lần gửi lại: ở đây là 30 ngày.',
  ),
}

const threeEvents: WrittenQuestion = {
  item: 'review-08.3',
  heading: text('Q3 The second of three fails', 'Q3 Bước thứ hai trong ba bước hỏng'),
  ask: text(
    'CreatePayment, UpdateBalance, SendNotification: the second fails. What do you do, in which order do they run, is it a saga, and what does it cost?',
    'CreatePayment, UpdateBalance, SendNotification: bước thứ hai hỏng. Bạn làm gì, chúng chạy theo thứ tự nào, có phải saga không, và trả giá gì?',
  ),
  wordsMin: 110,
  points: [
    {
      asks: text('what these three names are', 'ba cái tên này là gì'),
      needs: [
        ['command', 'order to', 'request', 'mệnh lệnh', 'yêu cầu'],
        ['event', 'fact', 'past', 'happened', 'sự việc', 'đã xảy ra', 'quá khứ'],
      ],
    },
    {
      asks: text('what triggers the third', 'điều gì kích hoạt bước thứ ba'),
      needs: [
        ['notif', 'third', 'step 3', 'thông báo', 'thứ ba', 'bước 3'],
        ['second', 'balance', 'step 2', 'thứ hai', 'số dư', 'bước 2'],
        ['only', 'after', 'when', 'trigger', 'until', 'chỉ', 'sau', 'khi', 'kích hoạt'],
      ],
    },
    {
      asks: text('what a passing failure of the second leads to', 'bước hai hỏng tạm thời thì làm gì'),
      needs: [
        ['transient', 'temporary', 'passing', 'time-out', 'timeout', 'tạm thời'],
        ['retry', 'retries', 'again', 'backoff', 'thử lại', 'lần nữa'],
      ],
    },
    {
      asks: text('what a permanent failure leads to', 'bước hai hỏng hẳn thì làm gì'),
      needs: [
        [
          'permanent',
          'for good',
          'no funds',
          'insufficient',
          'refuse',
          'closed',
          'vĩnh viễn',
          'hẳn',
          'không đủ tiền',
          'từ chối',
        ],
        ['compensat', 'cancel', 'refund', 'void', 'fail', 'bù trừ', 'huỷ', 'hoàn'],
      ],
    },
    {
      asks: text('how the order is kept for one payment', 'giữ thứ tự cho một thanh toán bằng cách nào'),
      needs: [
        ['order', 'sequence', 'thứ tự'],
        ['key', 'partition', 'payment id', 'same queue', 'version', 'cùng key', 'mã thanh toán'],
      ],
    },
    {
      asks: text('what the solution costs', 'giải pháp này trả giá gì'),
      needs: [
        [
          'trade',
          'cost',
          'price',
          'latency',
          'pending',
          'half-done',
          'eventual',
          'coupl',
          'đánh đổi',
          'giá',
          'trễ',
          'dở dang',
          'nhất quán sau cùng',
        ],
        [
          'because',
          'since',
          'until',
          'while',
          'for',
          'but',
          'vì',
          'nhưng',
          'trong lúc',
          'cho tới',
          'đổi lại',
        ],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['all three', 'cả ba'],
        ['at once', 'together', 'same time', 'parallel', 'cùng lúc', 'song song'],
        ['publish', 'send', 'emit', 'gửi'],
      ],
      why: text(
        'then the customer is told of a payment that failed: the third is to follow from the second',
        'thế thì khách được báo về một thanh toán đã hỏng: bước ba phải theo sau bước hai',
      ),
    },
    {
      says: [
        ['distributed transaction', '2pc', 'two-phase', 'transaction phân tán'],
        ['across', 'over', 'all three', 'solves', 'simply', 'cả ba', 'giải quyết', 'chỉ cần'],
      ],
      why: text(
        'brokers, databases and mail servers of this kind take part in no common transaction; that is why there are sagas',
        'broker, database và mail server kiểu này không tham gia chung một transaction nào; vì thế mới có saga',
      ),
    },
  ],
  reference: text(
    'The names are commands: each asks for something. The events are what happened, such as payment created or balance updated, and each step follows from the fact before it; so the notification is triggered only by the second step, never by the first. A time-out of the second is transient: it is retried with backoff and the same key, and nobody is told yet. A closed account is permanent: the saga compensates, cancels the payment with a new entry, and the customer hears of a failure. All messages of one payment carry its id as key, so that their order holds in one partition; the version refuses what comes late. I would orchestrate, since one row then shows where a payment stands. The price is that it is pending for seconds while others see it half-done, and one more service that must not be down.',
    'Ba tên này là mệnh lệnh: mỗi cái yêu cầu một việc. Event là sự việc đã xảy ra, như thanh toán đã tạo, số dư đã cập nhật, và bước sau đi từ sự việc trước; nên thông báo chỉ được kích hoạt bởi bước thứ hai, không bao giờ bởi bước đầu. Timeout ở bước hai là tạm thời: thử lại có backoff và cùng key, chưa báo cho ai. Tài khoản đã đóng là hỏng hẳn: saga bù trừ, huỷ thanh toán bằng một bút toán mới, và khách được báo là không thành. Mọi message của một thanh toán mang mã của nó làm key để giữ thứ tự trong một partition; version từ chối cái tới muộn. Tôi chọn orchestration, vì một dòng cho thấy thanh toán đang ở đâu. Cái giá: nó treo vài giây trong lúc bên khác thấy trạng thái dở dang, và thêm một service không được phép sập.',
  ),
}

const tenPartitions: WrittenQuestion = {
  item: 'review-08.4',
  heading: text('Q4 Ten partitions, five consumers', 'Q4 Mười partition, năm consumer'),
  ask: text(
    'A topic has 10 partitions, the group 5 consumers. Who gets what? One fails: how is that noticed, what moves, what is done again?',
    'Topic có 10 partition, group có 5 consumer. Ai được gì? Một consumer hỏng: nhận ra bằng cách nào, cái gì chuyển, cái gì bị làm lại?',
  ),
  wordsMin: 100,
  points: [
    {
      asks: text('how many each of the five has', 'mỗi bên trong năm có mấy partition'),
      needs: [
        [
          'two each',
          '2 each',
          'two partitions',
          '2 partitions',
          'has two',
          'gets two',
          'hai partition',
          '2 partition',
          'mỗi bên hai',
          'mỗi consumer hai',
          'mỗi consumer 2',
        ],
        ['consumer', 'member', 'each', 'partition', 'mỗi'],
      ],
    },
    {
      asks: text('how many each has after one fails', 'một bên hỏng thì mỗi bên còn lại có mấy'),
      needs: [
        [
          '3, 3, 2, 2',
          '3,3,2,2',
          '3/3/2/2',
          '3-3-2-2',
          'three',
          'two of them',
          '3 và 2',
          'ba partition',
          '3 partition',
        ],
        ['four', 'remaining', 'survivor', 'others', 'left', 'bốn', 'còn lại', 'sống'],
      ],
    },
    {
      asks: text(
        'how a crash is noticed, and how a clean leave',
        'crash được nhận ra bằng gì, còn rời đi tử tế thì sao',
      ),
      needs: [
        ['heartbeat', 'session timeout', 'session time-out', 'session.timeout', 'session'],
        ['leave', 'leaves', 'at once', 'seconds', 'expires', 'timeout', 'rời', 'ngay', 'giây', 'hết hạn'],
      ],
    },
    {
      asks: text('who stops while it is dealt out again', 'trong lúc chia lại thì ai phải dừng'),
      needs: [
        ['eager', 'cooperative', 'sticky', 'kip-848', 'stop the world', 'stop-the-world'],
        ['stop', 'all', 'everybody', 'only', 'keep', 'pause', 'dừng', 'mọi', 'tất cả', 'chỉ', 'giữ'],
      ],
    },
    {
      asks: text('from where the new owner reads', 'chủ mới đọc từ đâu'),
      needs: [
        ['commit', 'offset'],
        ['new owner', 'takes over', 'starts', 'resumes', 'from', 'chủ mới', 'nhận lại', 'bắt đầu', 'từ'],
        [...twice],
      ],
    },
    {
      asks: text('what the slow old owner may still do', 'chủ cũ chậm chạp còn làm được gì'),
      needs: [
        ['zombie', 'old owner', 'generation', 'fenc', 'still writing', 'stale', 'chủ cũ', 'thế hệ'],
        ['commit', 'database', 'write', 'effect', 'refuse', 'reject', 'ghi', 'từ chối'],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['rebalance', 'new owner', 'chủ mới'],
        ['processed twice', 'done twice', 'duplicate', 'processed again', 'bị trùng', 'hai lần'],
      ],
      isDenied: true,
      why: text(
        'it goes on at the last commit, and what was processed behind it is done again',
        'nó đi tiếp từ lần commit cuối, và phần đã xử lý sau đó bị làm lại',
      ),
    },
    {
      says: [
        ['partition'],
        ['shared', 'both', 'two consumers', 'chung', 'cả hai'],
        ['same group', 'of a group', 'in the group', 'cùng group', 'trong group'],
        ['read', 'đọc'],
      ],
      why: text(
        'within a group a partition has one owner at a time',
        'trong một group, mỗi partition tại một lúc chỉ có một chủ',
      ),
    },
  ],
  reference: text(
    'Each of the five members has two of them, under every assignor: range gives neighbours, round robin every fifth. When one dies, the four that remain have 3, 3, 2, 2. A crash is noticed when its session expires without a heartbeat, after 45 s by default; a clean leave at once. With the eager protocol all stop and everything is dealt out again, so that even survivors change theirs; cooperative-sticky moves the two orphans only, and KIP-848 lets the coordinator do it without a common barrier. The new owner starts from the last committed offset: records behind it are processed again, which the inbox has to bear. The dead one may be merely slow: its commits are fenced by the generation, its writes to the database are not, so those need a key or a version. A sixth consumer gets something, an eleventh nothing.',
    'Mỗi member trong năm có hai partition, assignor nào cũng vậy: range cho hai cái kề nhau, round robin thì cách năm. Một bên chết thì bốn bên còn lại có 3, 3, 2, 2. Crash được nhận ra khi session hết hạn mà không có heartbeat, mặc định 45 giây; rời đi tử tế thì biết ngay. Với giao thức eager, tất cả dừng và chia lại từ đầu, bên sống cũng đổi phần; cooperative-sticky chỉ chuyển hai cái mồ côi, còn KIP-848 để coordinator chia mà không bắt cả group dừng. Chủ mới bắt đầu từ offset đã commit: record sau đó bị xử lý lại, inbox phải chịu được. Bên "chết" có khi chỉ chậm: commit của nó bị chặn theo generation, còn lệnh ghi database thì không, nên phải có key hoặc version. Consumer thứ sáu vẫn có phần, thứ mười một thì không.',
  ),
}

const sideEffects: WrittenQuestion = {
  item: 'review-08.5',
  heading: text('Q5 Side effects', 'Q5 Side effect'),
  ask: text(
    'A message was processed successfully, the consumer crashed before the ack, and it is processed again. Which side effects happen twice, and what prevents each?',
    'Message đã xử lý thành công, consumer crash trước khi ack, và nó bị xử lý lại. Side effect nào lặp lại, và chặn từng cái ra sao?',
  ),
  wordsMin: 100,
  points: [
    {
      asks: text('into which two kinds the effects fall', 'các kết quả chia thành hai loại nào'),
      needs: [
        ['database', 'own books', 'ledger', 'transaction', 'sổ', 'trong transaction'],
        outside,
        ['outside', 'inside', 'apart', 'not part', 'ngoài', 'trong', 'không thuộc'],
      ],
    },
    {
      asks: text('what keeps the database from changing twice', 'điều gì giữ database không đổi hai lần'),
      needs: [dedupe, transaction],
    },
    {
      asks: text('what keeps a card from being charged twice', 'điều gì giữ thẻ không bị trừ hai lần'),
      needs: [
        ['card', 'charge', 'gateway', 'provider', 'thẻ', 'trừ tiền', 'cổng thanh toán'],
        ['idempotency key', 'same key', 'idempotency-key', 'key'],
        ['same', 'stored', 'answer', 'outcome', 'again', 'cùng', 'lưu', 'kết quả', 'trả lại'],
      ],
    },
    {
      asks: text('what is left for a mail', 'với email thì chỉ còn cách nào'),
      needs: [
        ['mail', 'e-mail', 'email', 'sms', 'push', 'thông báo'],
        [
          'choose',
          'either',
          'at most',
          'at least',
          'twice',
          'chọn',
          'hoặc',
          'hai lần',
          'nhiều nhất',
          'ít nhất',
        ],
      ],
    },
    {
      asks: text('what becomes of messages that it publishes itself', 'message do chính nó publish thì sao'),
      needs: [
        ['outbox', 'publish', 'next message', 'follow-up', 'event of its own', 'message tiếp'],
        [
          'transaction',
          'same id',
          'deterministic',
          'relay',
          'derived',
          'cùng id',
          'suy ra',
          'cùng transaction',
        ],
      ],
    },
    {
      asks: text('how one would notice a double effect', 'làm sao nhận ra kết quả bị lặp'),
      needs: [
        [
          'reconcil',
          'count',
          'audit',
          'alert',
          'monitor',
          'compare',
          'đối soát',
          'đếm',
          'cảnh báo',
          'so sánh',
        ],
        [...twice, 'statement', 'differs', 'sao kê', 'lệch'],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['inbox', 'dedup', 'idempoten'],
        [
          'everything',
          'all side effects',
          'all effects',
          'every effect',
          'mọi side effect',
          'mọi thứ',
          'tất cả',
        ],
        ['covers', 'protects', 'prevents', 'solves', 'che', 'bảo vệ', 'chặn', 'giải quyết'],
      ],
      why: text(
        'it covers what commits with it; a card and a mail know nothing of our transaction',
        'nó chỉ che những gì commit cùng nó; thẻ và email không biết gì về transaction của ta',
      ),
    },
    {
      says: [
        ['ack'],
        ['before processing', 'earlier', 'first', 'trước khi xử lý', 'sớm hơn'],
        ['prevents', 'avoids', 'solves', 'tránh', 'chặn', 'giải quyết'],
      ],
      why: text(
        'that trades the duplicate for a loss: whoever crashes after the ack has processed nothing',
        'vậy là đổi trùng lấy mất: crash sau khi ack thì chưa xử lý gì cả',
      ),
    },
  ],
  reference: text(
    '"Processed successfully" hides two kinds of effects. What stands in the own database is inside the transaction; a card charge, a mail and an HTTP call are outside of it. The first kind is deduplicated: inbox row and booking commit together or not at all. The charge goes out with an idempotency key made from the payment, so the provider answers the repetition with the outcome it stored. A mail has no such key: one must choose between sending at least once and sending at most once; I take twice over never, and note the sending right after. Messages of its own go through an outbox in that transaction, with ids derived from the incoming one, so the copy is the same message. And a daily count of charges against our books finds what slipped through, with an alert when a customer was charged twice.',
    '"Xử lý thành công" giấu hai loại kết quả. Cái nằm trong database của mình thì trong transaction; trừ thẻ, email, lời gọi HTTP thì ở ngoài. Loại đầu được lọc trùng: dòng inbox và bút toán commit cùng nhau hoặc không cái nào. Lệnh trừ thẻ mang idempotency key làm từ thanh toán, nên nhà cung cấp trả lại kết quả đã lưu khi bị gọi lại. Email không có key như thế: phải chọn gửi ít nhất một lần hay nhiều nhất một lần; tôi thà gửi hai lần còn hơn không gửi, và ghi lại ngay sau khi gửi. Message của chính nó đi qua outbox trong transaction đó, với id suy ra từ message đến, nên bản sau vẫn là message ấy. Và mỗi ngày đếm số lần trừ thẻ, so với sổ để tìm ra chỗ lọt, có cảnh báo khi khách bị trừ hai lần.',
  ),
}

const exactlyOnce: WrittenQuestion = {
  item: 'review-08.6',
  heading: text('Q6 Exactly once', 'Q6 Đúng một lần'),
  ask: text(
    'Is exactly-once delivery possible? Within which border, built how, and at what cost?',
    'Có thể giao đúng một lần không? Trong ranh giới nào, làm bằng cách nào, trả giá gì?',
  ),
  wordsMin: 110,
  points: [
    {
      asks: text('why delivery cannot be', 'vì sao việc giao thì không thể'),
      needs: [
        ['delivery', 'delivered', 'deliver', 'việc giao', 'giao'],
        [
          'lost ack',
          'ack is lost',
          'ack was lost',
          'ack got lost',
          'lost answer',
          'lost an ack',
          'lost its ack',
          'no answer',
          'answer stays out',
          'answer never comes',
          'lost reply',
          'lost confirm',
          'two generals',
          'mất ack',
          'ack bị mất',
          'ack mất',
          'mất câu trả lời',
        ],
      ],
    },
    {
      asks: text('what is possible instead, and within what', 'vậy cái gì thì được, trong phạm vi nào'),
      needs: [
        ['effect', 'processing', 'result', 'kết quả', 'tác dụng', 'xử lý'],
        [
          'one database',
          'one boundary',
          'inside',
          'within',
          'atomic',
          'one transaction',
          'một database',
          'một ranh giới',
          'trong',
          'một transaction',
        ],
      ],
    },
    {
      asks: text('how it is built with a database', 'làm với database thế nào'),
      needs: [dedupe, transaction],
    },
    {
      asks: text('how Kafka does it between topics', 'Kafka làm giữa các topic thế nào'),
      needs: [
        ['transactional', 'sendoffsets', 'read-process-write', 'kafka transaction', 'idempotent producer'],
        ['offset', 'read_committed', 'read committed', 'topic', 'output'],
      ],
    },
    {
      asks: text('where it ends', 'nó hết hiệu lực ở đâu'),
      needs: [outside, not],
    },
    {
      asks: text('what it costs', 'trả giá gì'),
      needs: [
        ['cost', 'price', 'trade', 'slower', 'latency', 'throughput', 'giá', 'đánh đổi', 'chậm', 'độ trễ'],
        [
          'transaction',
          'stall',
          'open',
          'fenc',
          'state',
          'size',
          'table',
          'wait',
          'chờ',
          'bảng',
          'treo',
          'fencing',
        ],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['enable.idempotence', 'idempotent producer', 'idempotence'],
        ['exactly once', 'exactly-once', 'đúng một lần'],
        ['gives', 'means', 'guarantees', 'end to end', 'cho', 'nghĩa là', 'bảo đảm', 'đảm bảo'],
      ],
      why: text(
        'an idempotent producer removes the copies of its own retries within one session and partition; a restarted producer or a consumer that reads twice is not covered',
        'idempotent producer chỉ bỏ bản trùng do chính nó retry, trong một session và một partition; producer khởi động lại hay consumer đọc hai lần thì không được che',
      ),
    },
    {
      says: [
        ['rabbitmq'],
        ['exactly once', 'exactly-once', 'đúng một lần'],
        ['offers', 'supports', 'has', 'mode', 'hỗ trợ', 'có chế độ'],
      ],
      why: text(
        'RabbitMQ offers at most once and at least once; deduplication is the consumer’s business',
        'RabbitMQ cho at-most-once và at-least-once; lọc trùng là việc của consumer',
      ),
    },
  ],
  reference: text(
    'As delivery it is impossible: when an answer stays out, the sender has lost an ack or a message and nobody can tell which, and it must either send again or give up. As an effect it is possible within one boundary that commits atomically. With a database: the id goes into an inbox in the transaction of the booking. In Kafka, from topic to topic: a producer with a transactionalId writes its output and sends the offsets it consumed in one transaction, and readers use read_committed. Neither reaches the card network nor a mail server, where only keys that the other side remembers help. The price: latency of each commit, readers that wait at the last stable offset behind an open transaction, fencing of zombies, a table that grows with every id. RabbitMQ has no such mode. I take at least once plus an inbox, since a duplicate then costs one failed insert.',
    'Về việc giao thì không thể: khi câu trả lời không tới, bên gửi đã mất ack hoặc mất message mà không ai phân biệt được, nên hoặc gửi lại hoặc bỏ. Về kết quả thì được, trong một ranh giới commit nguyên tử. Với database: id vào inbox trong chính transaction ghi sổ. Với Kafka, từ topic sang topic: producer có transactionalId ghi đầu ra và gửi offset đã đọc trong một transaction, bên đọc dùng read_committed. Cả hai đều không với tới mạng thẻ hay mail server, ở đó chỉ có key mà bên kia nhớ mới giúp được. Cái giá: độ trễ mỗi lần commit, bên đọc phải chờ ở LSO sau transaction đang mở, fencing zombie, bảng lớn dần theo từng id. RabbitMQ không có chế độ này. Tôi chọn at-least-once cộng inbox, vì khi đó bản trùng chỉ tốn một lệnh chèn bị từ chối.',
  ),
}

export const mentorQuestions: readonly WrittenQuestion[] = [
  lostAfterAck,
  idempotency,
  threeEvents,
  tenPartitions,
  sideEffects,
  exactlyOnce,
]
