/** The five explanations of the knowledge check: what a whole answer says, what is often said and not so, and a model answer. */
import type { WrittenQuestion } from '#lab/study/written'
import { text } from '#lab/verdict/language'
import { crash, dedupe, lost, not, transaction, twice } from './words.ts'

const delivery: WrittenQuestion = {
  item: 'review-06.1',
  heading: text('At-least-once and exactly-once', 'At-least-once và exactly-once'),
  ask: text(
    'Compare at-least-once with exactly-once delivery. Who keeps the message until when, where does a crash hit each, and what do you really build?',
    'So sánh at-least-once với exactly-once. Ai giữ message tới lúc nào, crash rơi vào đâu thì mỗi bên ra sao, và thực tế bạn xây cái gì?',
  ),
  wordsMin: 90,
  points: [
    {
      asks: text('who keeps the message, and until which event', 'ai giữ message, và giữ tới sự kiện nào'),
      needs: [
        ['broker', 'queue', 'log', 'kafka', 'rabbitmq'],
        ['keep', 'hold', 'store', 'retain', 'remember', 'giữ', 'lưu'],
        ['ack', 'confirm', 'commit', 'until', 'tới khi', 'đến khi', 'cho tới'],
      ],
    },
    {
      asks: text(
        'what a crash between the effect and the ack leads to',
        'crash giữa lúc có kết quả và lúc ack dẫn tới điều gì',
      ),
      needs: [crash, ['ack', 'commit', 'confirm'], twice],
    },
    {
      asks: text('what acknowledging before the effect leads to', 'ack trước khi có kết quả dẫn tới điều gì'),
      needs: [
        ['ack', 'commit', 'automatic', 'tự động'],
        [
          'before',
          'first',
          'too early',
          'on receipt',
          'ngay khi nhận',
          'lúc nhận',
          'trước khi',
          'ack trước',
          'quá sớm',
        ],
        lost,
      ],
    },
    {
      asks: text(
        'why delivery itself cannot be exactly once',
        'vì sao bản thân việc giao không thể đúng một lần',
      ),
      needs: [
        [
          'lost ack',
          'ack is lost',
          'ack was lost',
          'ack got lost',
          'lost acknowledg',
          'lost confirm',
          'lost answer',
          'lost reply',
          'mất ack',
          'ack bị mất',
          'ack mất',
          'mất câu trả lời',
          'mất confirm',
        ],
        [
          'same',
          'alike',
          'tell apart',
          'distinguish',
          'cannot know',
          "can't know",
          'knows',
          'looks',
          'giống',
          'phân biệt',
          'không biết',
          'không thể biết',
        ],
      ],
    },
    {
      asks: text('what makes the effect happen once', 'điều gì khiến kết quả chỉ xảy ra một lần'),
      needs: [dedupe, [...transaction, 'same database', 'cùng database']],
    },
    {
      asks: text('where the border of "exactly once" runs', 'ranh giới của "đúng một lần" nằm ở đâu'),
      needs: [
        ['exactly once', 'exactly-once', 'đúng một lần'],
        [
          'inside',
          'within',
          'boundary',
          'border',
          'outside',
          'across',
          'beyond',
          'only as far',
          'trong',
          'ranh giới',
          'ngoài',
          'vượt ra',
        ],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['exactly once', 'exactly-once', 'đúng một lần'],
        ['broker', 'rabbitmq', 'kafka', 'setting', 'switch', 'cấu hình'],
        [
          'guarantees',
          'gives',
          'delivers',
          'offers',
          'turn on',
          'switches on',
          'bảo đảm',
          'đảm bảo',
          'bật lên',
          'cho sẵn',
        ],
      ],
      why: text(
        'no setting of a broker gives it end to end: a lost ack and a lost message look alike to the sender, so somebody sends again',
        'không cấu hình nào của broker cho điều đó từ đầu tới cuối: mất ack và mất message trông như nhau với bên gửi, nên có bên sẽ gửi lại',
      ),
    },
    {
      says: [
        ['at least once', 'at-least-once', 'ít nhất một lần'],
        ['no duplicates', 'without duplicates', 'never twice', 'không bao giờ trùng', 'không bị trùng'],
      ],
      why: text(
        'duplicates are its price: whoever never sends again is at most once',
        'bị trùng là cái giá của nó: không bao giờ gửi lại thì là at-most-once',
      ),
    },
  ],
  reference: text(
    'At least once means that the sender keeps its copy until it has heard an answer, and sends again while it has not. The queue holds what was delivered until the consumer acks. A consumer that dies with the booking committed and the ack unsent is handed the payment a second time; one that acks on receipt and dies has lost it. Nobody can promise delivery exactly once, since to the sender a lost ack looks the same as a lost message. What one builds is one effect: the message id goes into an inbox with a primary key, in the transaction that books, so the copy finds itself done. That is exactly once inside this one database and no further. The card network, a mail, another service need keys of their own.',
    'At-least-once nghĩa là bên gửi giữ bản của mình tới khi nghe được câu trả lời, chưa nghe thì gửi lại. Queue giữ message đã giao tới khi consumer ack. Consumer chết khi sổ đã commit mà ack chưa gửi thì nhận lại thanh toán đó lần nữa; còn ack ngay khi nhận rồi chết thì mất luôn. Không ai hứa được việc giao đúng một lần, vì với bên gửi, mất ack trông giống hệt mất message. Cái ta xây là một kết quả: message id vào inbox có primary key, trong chính transaction ghi sổ, nên bản sau thấy việc đã xong. Đó là đúng một lần trong ranh giới của đúng database này. Mạng thẻ, email, service khác phải có key riêng.',
  ),
}

const partitions: WrittenQuestion = {
  item: 'review-06.2',
  heading: text('Partitions and consumer groups', 'Partition và consumer group'),
  ask: text(
    'Explain how Kafka’s partitions and consumer groups share the work, in which order records come, and what limits the parallelism.',
    'Giải thích partition và consumer group của Kafka chia việc thế nào, record tới theo thứ tự nào, và điều gì giới hạn mức song song.',
  ),
  wordsMin: 90,
  points: [
    {
      asks: text(
        'how many members of a group read one partition',
        'một partition được mấy member trong group đọc',
      ),
      needs: [
        ['partition'],
        [
          'one member',
          'one consumer',
          'single',
          'exactly one',
          'only one',
          'at most one',
          'một member',
          'một consumer',
          'đúng một',
          'chỉ một',
        ],
        ['group', 'member', 'consumer'],
      ],
    },
    {
      asks: text(
        'what happens to a member more than there are partitions',
        'member nhiều hơn số partition thì sao',
      ),
      needs: [
        ['more', 'eleventh', 'extra', 'beyond', 'than partitions', 'nhiều hơn', 'thừa', 'dư', 'thứ mười một'],
        ['idle', 'nothing', 'no partition', 'unused', 'rảnh', 'không được', 'ngồi không', 'không có việc'],
      ],
    },
    {
      asks: text('where order holds, and where not', 'thứ tự được giữ ở đâu, ở đâu thì không'),
      needs: [
        ['order', 'sequence', 'thứ tự'],
        [
          'within',
          'inside',
          'per partition',
          'one partition',
          'each partition',
          'single partition',
          'across',
          'between',
          'trong một partition',
          'trong từng partition',
          'trong cùng',
          'giữa các',
          'giữa hai',
        ],
      ],
    },
    {
      asks: text('what the key decides', 'key quyết định điều gì'),
      needs: [
        ['key', 'khoá'],
        [
          'hash',
          'same partition',
          'chooses',
          'decides',
          'picks',
          'maps',
          'which partition',
          'cùng partition',
          'cùng một partition',
          'quyết định',
          'chọn',
        ],
      ],
    },
    {
      asks: text('where another group stands', 'group khác thì sao'),
      needs: [
        ['group'],
        [
          'other group',
          'another group',
          'each group',
          'every group',
          'own offset',
          'own position',
          'independent',
          'all records',
          'group khác',
          'mỗi group',
          'offset riêng',
          'độc lập',
        ],
      ],
    },
    {
      asks: text('what happens when a member joins or dies', 'member vào hoặc chết thì điều gì xảy ra'),
      needs: [
        ['rebalance', 'reassign', 'taken over', 'takes over', 'moves', 'chia lại', 'chuyển sang'],
        ['commit', 'offset', 'again', 'last committed', 'lần nữa', 'đã commit'],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['order', 'thứ tự'],
        [
          'whole topic',
          'entire topic',
          'across partitions',
          'topic-wide',
          'toàn topic',
          'cả topic',
          'giữa các partition',
        ],
        ['guarantee', 'kept', 'holds', 'keeps', 'preserve', 'bảo đảm', 'đảm bảo', 'được giữ'],
      ],
      why: text(
        'order is a promise of one partition; between two of them there is none',
        'thứ tự là lời hứa của một partition; giữa hai partition thì không có',
      ),
    },
    {
      says: [
        ['adding', 'more', 'add', 'thêm'],
        ['consumers', 'members', 'consumer', 'member'],
        [
          'always faster',
          'scale without limit',
          'as many as',
          'unlimited',
          'luôn nhanh hơn',
          'bao nhiêu cũng',
          'không giới hạn',
        ],
      ],
      why: text(
        'a group works with as many members as there are partitions; whoever comes after that is idle',
        'group chỉ làm việc với số member bằng số partition; ai tới sau thì ngồi không',
      ),
    },
  ],
  reference: text(
    'A topic is cut into partitions, and a partition is a log of its own. Within a group each of them belongs to one member at a time; a member may have several. So the eleventh member of a group on ten of them is idle, and the hottest one must fit one consumer. The hash of the key decides in which log a record lands, which is why the records of one wallet keep their order, while between two logs there is none. Raising the number later sends keys elsewhere. Another group has offsets of its own and gets everything. When somebody joins or dies, the group rebalances: the new owner goes on at the last committed offset and repeats what came after it.',
    'Topic được cắt thành partition, mỗi partition là một log riêng. Trong một group, mỗi log tại một lúc thuộc về đúng một member; một member có thể giữ vài cái. Vì thế với mười cái thì member thứ mười một ngồi không, và cái nóng nhất phải vừa sức một consumer. Hash của key quyết định record vào log nào, nhờ vậy record của một ví giữ đúng thứ tự, còn giữa hai log thì không có thứ tự nào. Tăng số lượng về sau làm key đi chỗ khác. Group khác có offset riêng và nhận tất cả. Khi có ai vào hay chết, group rebalance: chủ mới đi tiếp từ offset đã commit và làm lại phần sau đó.',
  ),
}

const deadLetters: WrittenQuestion = {
  item: 'review-06.3',
  heading: text('Dead letter queue', 'Dead letter queue'),
  ask: text(
    'When and why does one use a dead letter queue, what must be around it, and when is it wrong?',
    'Khi nào và vì sao dùng dead letter queue, quanh nó phải có gì, và khi nào dùng là sai?',
  ),
  wordsMin: 90,
  points: [
    {
      asks: text('which errors belong there', 'lỗi nào thì đưa vào đó'),
      needs: [
        [
          'permanent',
          'poison',
          'invalid',
          'malformed',
          'never succeed',
          'never be',
          'vĩnh viễn',
          'không hợp lệ',
          'không bao giờ',
          'sai định dạng',
        ],
        ['dead', 'dlq', 'aside', 'chuyển vào', 'gạt', 'đưa vào'],
      ],
    },
    {
      asks: text('what becomes of errors that pass', 'lỗi rồi sẽ qua thì xử lý ra sao'),
      needs: [
        ['transient', 'temporary', 'passing', 'passes', 'time-out', 'timeout', 'tạm thời', 'thoáng qua'],
        ['retry', 'retries', 'tried again', 'try again', 'attempt', 'thử lại', 'lần thử'],
      ],
    },
    {
      asks: text('what happens to the others without it', 'không có nó thì các message khác ra sao'),
      needs: [
        [
          'block',
          'blocks',
          'stuck',
          'behind',
          'for ever',
          'forever',
          'loop',
          'circle',
          'spin',
          'chặn',
          'kẹt',
          'phía sau',
          'quay vòng',
          'mãi',
        ],
      ],
    },
    {
      asks: text('what is kept with a dead message', 'giữ kèm message chết những gì'),
      needs: [
        ['reason', 'cause', 'error', 'attempts', 'header', 'x-death', 'lý do', 'lỗi', 'số lần'],
        [
          'with it',
          'keep',
          'kept',
          'carry',
          'carries',
          'record',
          'note',
          'beside',
          'together',
          'giữ',
          'kèm',
          'ghi',
        ],
      ],
    },
    {
      asks: text('who looks at it, and what is done with it', 'ai xem nó, và làm gì với nó'),
      needs: [
        [
          'alert',
          'alarm',
          'watch',
          'owner',
          'monitor',
          'somebody',
          'person',
          'operations',
          'cảnh báo',
          'theo dõi',
          'người',
        ],
        [
          'redrive',
          'sent again',
          'send again',
          'replay',
          'repair',
          'fix',
          'back',
          'gửi lại',
          'sửa',
          'trả về',
          'xử lý lại',
        ],
      ],
    },
    {
      asks: text('when it is the wrong tool', 'khi nào nó là công cụ sai'),
      needs: [
        [
          'order',
          'sequence',
          'every error',
          'outage',
          'transient',
          'all of them',
          'thứ tự',
          'mọi lỗi',
          'sự cố',
          'tạm thời',
        ],
        not,
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['dead letter', 'dead-letter', 'dlq'],
        [
          'nothing is lost',
          'nothing gets lost',
          'never loses',
          'cannot lose',
          'không bao giờ mất',
          'không mất gì',
        ],
      ],
      why: text(
        'a queue that nobody reads is where messages are lost slowly; and RabbitMQ’s dead-lettering of classic queues is itself unconfirmed, at most once',
        'queue không ai đọc là nơi message mất từ từ; và dead-letter của classic queue trong RabbitMQ không có confirm, tức at-most-once',
      ),
    },
    {
      says: [
        ['every error', 'any error', 'each error', 'all errors', 'mọi lỗi', 'lỗi nào cũng', 'tất cả lỗi'],
        ['dead letter', 'dead-letter', 'dlq'],
        ['straight', 'at once', 'immediately', 'belongs', 'goes', 'ngay', 'cho vào', 'đưa vào'],
      ],
      why: text(
        'a database that restarts would fill it with thousands of sound messages: errors that pass are tried again first',
        'database khởi động lại một cái là nó đầy hàng nghìn message lành: lỗi tạm thời phải được thử lại trước',
      ),
    },
  ],
  reference: text(
    'A poison message never succeeds however often it is tried: it does not parse, its currency does not exist. Left in the queue it comes back for ever and blocks what stands behind it. So poison is put aside into a dead letter queue. Its reason and the number of attempts are kept beside it. An error that passes, such as a time-out, is retried with a limit and backoff before that. The queue has an owner and an alert on its age; somebody repairs the cause and sends the letters back, with the ids they always had. It is wrong where the order of a key must hold, because the next event overtakes the missing one, and it is no parking place during an outage.',
    'Poison message thì thử bao nhiêu lần cũng không thành: không parse được, loại tiền không tồn tại. Để trong queue, nó quay vòng mãi và chặn những thứ phía sau. Nên poison message được gạt vào dead letter queue. Lý do và số lần đã thử được giữ kèm theo. Lỗi tạm thời như timeout thì được thử lại có giới hạn và backoff trước đã. Queue này có người phụ trách và có cảnh báo theo tuổi message; người đó sửa nguyên nhân rồi gửi lại, vẫn id cũ. Nó không hợp ở chỗ phải giữ thứ tự theo key, vì event sau sẽ vượt event bị gạt, và nó không phải bãi đỗ trong lúc có sự cố.',
  ),
}

const eventSourcing: WrittenQuestion = {
  item: 'review-06.4',
  heading: text('Event sourcing', 'Event sourcing'),
  ask: text(
    'What does event sourcing give and what does it cost? Name one case for it and one against it.',
    'Event sourcing được gì và mất gì? Nêu một trường hợp nên dùng và một trường hợp không nên.',
  ),
  wordsMin: 90,
  points: [
    {
      asks: text('what is stored, and where the state comes from', 'lưu cái gì, và trạng thái từ đâu ra'),
      needs: [
        ['event', 'fact'],
        ['append', 'appended', 'stored', 'store', 'source of truth', 'ghi thêm', 'lưu', 'nguồn'],
        ['state', 'balance', 'replay', 'fold', 'trạng thái', 'số dư', 'phát lại'],
      ],
    },
    {
      asks: text('what can be asked of the past', 'hỏi được gì về quá khứ'),
      needs: [
        [
          'audit',
          'history',
          'past',
          'why',
          'at any time',
          'kiểm toán',
          'lịch sử',
          'quá khứ',
          'vì sao',
          'thời điểm',
        ],
        ['event', 'every', 'each', 'how', 'mọi', 'từng', 'event'],
      ],
    },
    {
      asks: text('how two writers at a time are kept apart', 'hai bên cùng ghi thì phân xử thế nào'),
      needs: [
        ['version', 'expected', 'optimistic', 'sequence number', 'phiên bản', 'số thứ tự'],
        [
          'conflict',
          'two',
          'second',
          'concurrent',
          'both',
          'writer',
          'xung đột',
          'hai',
          'cùng lúc',
          'bên ghi',
        ],
      ],
    },
    {
      asks: text('what long streams cost, and the remedy', 'stream dài tốn gì, và cách chữa'),
      needs: [
        ['snapshot'],
        ['replay', 'long', 'slow', 'fast', 'load', 'rebuild', 'phát lại', 'dài', 'chậm', 'nhanh', 'dựng lại'],
      ],
    },
    {
      asks: text('what becomes of old events when the schema changes', 'đổi schema thì event cũ ra sao'),
      needs: [
        ['old event', 'upcast', 'schema', 'version', 'event cũ', 'nâng cấp'],
        ['for ever', 'forever', 'still', 'read', 'must', 'years', 'mãi', 'vẫn', 'đọc', 'phải', 'năm'],
      ],
    },
    {
      asks: text('one case against it', 'một trường hợp không nên dùng'),
      needs: [
        [
          'crud',
          'settings',
          'profile',
          'erasure',
          'gdpr',
          'personal data',
          'delete',
          'forgotten',
          'catalog',
          'dữ liệu cá nhân',
          'xoá',
          'hồ sơ',
          'danh mục',
          'cấu hình',
        ],
        not,
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['event sourcing'],
        ['same as', 'is the same', 'just means', 'means publishing', 'chính là', 'tức là'],
        ['event-driven', 'event driven', 'kafka', 'publishing', 'message', 'publish'],
      ],
      why: text(
        'publishing events tells others; event sourcing means that the own state is derived from stored events, with or without any broker',
        'publish event là báo cho bên khác; event sourcing là trạng thái của chính mình được suy ra từ event đã lưu, có broker hay không',
      ),
    },
    {
      says: [
        ['edit', 'change', 'update', 'correct', 'sửa', 'cập nhật'],
        ['stored event', 'old event', 'event in the store', 'event đã lưu', 'event cũ'],
        ['simply', 'just', 'can be', 'directly', 'cứ', 'chỉ cần', 'trực tiếp'],
      ],
      why: text(
        'a stored event is history and stays; a mistake is put right by another event',
        'event đã lưu là lịch sử và ở yên đó; sai thì sửa bằng một event khác',
      ),
    },
  ],
  reference: text(
    'Instead of a balance one stores the events that led to it, appended and never changed; the balance is what replaying them gives. So every cent has its history, an auditor can see any past day, and a new view is built from old facts. Two writers are kept apart by the version that each expected: the second gets a conflict and decides anew. It costs: long streams are slow to load without a snapshot; events written years ago must still be read, by upcasting; queries need projections, which lag. A ledger is the case for it. User profiles, whose data must be deleted on request and which nobody audits, are no case for it.',
    'Thay vì số dư, ta lưu các event dẫn tới nó, chỉ ghi thêm, không sửa; số dư là kết quả khi phát lại. Vì thế từng đồng đều có lịch sử, kiểm toán xem được bất kỳ ngày nào trong quá khứ, và view mới dựng được từ sự việc cũ. Hai bên cùng ghi được phân xử bằng version mà mỗi bên chờ đợi: bên thứ hai gặp xung đột và quyết định lại. Cái giá: stream dài nạp chậm nếu thiếu snapshot; event viết từ nhiều năm trước vẫn phải đọc được, nhờ upcast; truy vấn cần projection, mà projection thì trễ. Sổ cái là chỗ nên dùng. Hồ sơ người dùng phải xoá theo yêu cầu, chẳng ai kiểm toán, thì không nên.',
  ),
}

const sagas: WrittenQuestion = {
  item: 'review-06.5',
  heading: text('Choreography and orchestration', 'Choreography và orchestration'),
  ask: text(
    'Compare choreography and orchestration on the saga of a payment: who knows the next step, where one sees the state, what a failed step leads to, and when neither is needed.',
    'So sánh choreography và orchestration qua saga của một thanh toán: ai biết bước kế tiếp, xem trạng thái ở đâu, một bước hỏng thì sao, và khi nào không cần cả hai.',
  ),
  wordsMin: 90,
  points: [
    {
      asks: text(
        'who decides the next step in choreography',
        'trong choreography, ai quyết định bước kế tiếp',
      ),
      needs: [
        ['choreograph'],
        [
          'react',
          'listen',
          'subscribe',
          'each service',
          'every service',
          'event',
          'phản ứng',
          'lắng nghe',
          'mỗi service',
          'từng service',
          'nghe',
        ],
      ],
    },
    {
      asks: text('who decides it in orchestration', 'trong orchestration, ai quyết định'),
      needs: [
        ['orchestrat'],
        [
          'coordinator',
          'orchestrator',
          'central',
          'one place',
          'command',
          'tells',
          'điều phối',
          'trung tâm',
          'một chỗ',
          'ra lệnh',
        ],
      ],
    },
    {
      asks: text('where the state of a payment can be seen', 'xem trạng thái của một thanh toán ở đâu'),
      needs: [
        ['state', 'status', 'where', 'progress', 'trạng thái', 'tới đâu'],
        [
          'one table',
          'one place',
          'row',
          'saga table',
          'spread',
          'nobody',
          'logs',
          'trace',
          'một bảng',
          'một chỗ',
          'rải',
          'không ai',
          'bảng saga',
        ],
      ],
    },
    {
      asks: text('what a step that fails for good leads to', 'một bước hỏng hẳn dẫn tới điều gì'),
      needs: [
        ['compensat', 'refund', 'reverse', 'undo', 'bù trừ', 'hoàn', 'đảo'],
        ['fail', 'step', 'back', 'hỏng', 'bước', 'thất bại', 'ngược'],
      ],
    },
    {
      asks: text(
        'why every step must bear being told twice',
        'vì sao bước nào cũng phải chịu được việc bị gọi hai lần',
      ),
      needs: [
        twice,
        ['idempoten', 'harmless', 'once', 'no effect', 'inbox', 'key', 'vô hại', 'một lần', 'không đổi'],
      ],
    },
    {
      asks: text('when no saga is needed', 'khi nào không cần saga'),
      needs: [
        [
          'local transaction',
          'one transaction',
          'single transaction',
          'one database',
          'same database',
          'one service',
          'transaction cục bộ',
          'một transaction',
          'một database',
          'cùng database',
          'cùng một database',
        ],
        ['enough', 'no saga', 'not', 'needless', 'instead', 'đủ', 'không cần', 'thay vì', 'không'],
      ],
    },
  ],
  wrong: [
    {
      says: [
        ['compensat', 'bù trừ'],
        [
          'rolls back',
          'rollback',
          'as if it',
          'never happened',
          'erases',
          'như chưa từng',
          'xoá sạch',
          'rollback',
        ],
      ],
      why: text(
        'others have seen the step meanwhile: a compensation is a new fact that makes good, and the first one stays in the books',
        'trong lúc đó bên khác đã thấy bước ấy: bù trừ là một sự việc mới để sửa lại, còn sự việc cũ vẫn nằm trong sổ',
      ),
    },
    {
      says: [
        ['saga'],
        ['isolation', 'isolated', 'acid', 'cô lập'],
        ['gives', 'guarantees', 'provides', 'keeps', 'bảo đảm', 'đảm bảo', 'có'],
      ],
      why: text(
        'a saga gives up isolation: between two steps everybody sees the half-done state',
        'saga từ bỏ tính cô lập: giữa hai bước ai cũng thấy trạng thái dở dang',
      ),
    },
  ],
  reference: text(
    'In choreography each service listens to events and knows only its own part: the wallet reacts to "payment requested", the ledger to "captured". It is loosely coupled, yet the flow as a whole is written nowhere, and to learn how far a payment has come one joins logs. In orchestration a coordinator sends commands and keeps one row for each payment, so its state and its timeouts stand in one place, which everything depends on. When a step fails for good, both go back by compensating what was done: a refund, which is a new entry. Each step may be told a second time and so has to be harmless then, by an inbox or a key. Where all of it lies in one database, a local transaction is enough and a saga needless.',
    'Trong choreography, mỗi service lắng nghe event và chỉ biết phần mình: ví phản ứng với "yêu cầu thanh toán", sổ cái với "đã thu". Ghép lỏng, nhưng luồng chung không viết ở đâu, muốn biết một thanh toán đã tới đâu phải ghép log lại. Trong orchestration, một bên điều phối gửi command và giữ một dòng cho mỗi thanh toán, nên trạng thái và timeout nằm một chỗ, mà mọi thứ phụ thuộc vào chỗ đó. Bước nào hỏng hẳn thì cả hai cách đều đi ngược lại bằng bù trừ phần đã làm: hoàn tiền, tức một bút toán mới. Bước nào cũng có thể bị gọi lần nữa, nên phải vô hại, nhờ inbox hoặc key. Nếu tất cả nằm trong một database thì một transaction cục bộ là đủ, không cần saga.',
  ),
}

export const explanations: readonly WrittenQuestion[] = [
  delivery,
  partitions,
  deadLetters,
  eventSourcing,
  sagas,
]
