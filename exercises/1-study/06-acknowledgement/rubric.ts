/** What the analyses of study-06 are read by: five points for and five against each kind of ack, each tied to a case. */
import type { Rubric, RubricPoint, RubricSection, WrongStatement } from '#lab/kit/rubric'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'

const file = 'NOTES.md'

/** A case: something of a trade, or an event that one could watch. */
const cases = [
  'payment metric log sensor order ledger mail sms card balance click dashboard cache location report customer wallet price invoice notification job debug console'.split(
    ' ',
  ),
  'crash kill restart redeliver retry deploy confirm worker frame unacked dlq database transaction table socket memory handler heartbeat queue channel consumer producer support team'.split(
    ' ',
  ),
  [
    'thanh toán',
    'số liệu',
    'cảm biến',
    'đơn hàng',
    'sổ',
    'thẻ',
    'số dư',
    'khách',
    'ví ',
    'báo cáo',
    'giá ',
    'hoá đơn',
    'metric',
    'consumer',
    'worker',
    'frame',
    'màn hình',
    'vị trí',
    'khởi động lại',
    'giao lại',
    'bảng',
    'nhóm',
    'bộ nhớ',
    'sập',
  ],
].flat()

function list(
  heading: Text,
  ask: Text,
  points: readonly RubricPoint[],
  wrong: readonly WrongStatement[] = [],
): RubricSection {
  return {
    heading,
    ask,
    wordsMin: 45,
    points,
    wrong: [...wrong, ...everywhere],
    entries: {
      min: 5,
      wordsMin: 9,
      each: [
        {
          oneOf: cases,
          why: text(
            'tie it to a case: which data, which event, who notices',
            'gắn nó với một tình huống: dữ liệu nào, sự cố nào, ai nhận ra',
          ),
        },
      ],
    },
  }
}

const everywhere: readonly WrongStatement[] = [
  {
    says: [
      ['ack'],
      ['producer', 'publisher', 'bên gửi'],
      ['told', 'tells', 'informs', 'learns', 'knows', 'báo', 'biết'],
    ],
    why: text(
      'an ack never reaches the producer; that is what confirms are for, and they come before any consumer',
      'ack không bao giờ tới producer; việc đó là của confirm, và confirm có trước mọi consumer',
    ),
  },
]

const prefetchHolds: WrongStatement = {
  says: [
    ['prefetch'],
    [
      'limits',
      'bounds',
      'protects',
      'caps',
      'keeps the loss',
      'holds back',
      'giới hạn',
      'bảo vệ',
      'giữ lại',
      'chặn',
    ],
  ],
  why: text(
    'on auto-ack nothing is ever unacknowledged, so a prefetch limits nothing',
    'với auto-ack không có gì ở trạng thái chờ ack, nên prefetch không giới hạn được gì',
  ),
}

export const autoAck: Rubric = {
  item: 'study-06.3',
  file,
  text: text(
    'NOTES.md weighs auto-ack by 5 points for it and 5 against, and names the data for which it is good enough',
    'NOTES.md cân nhắc auto-ack: 5 điểm lợi và 5 điểm hại, và nêu loại dữ liệu mà nó là đủ',
  ),
  sections: [
    list(
      text('For auto-ack', 'Lợi của auto-ack'),
      text('five points, each with a case', 'năm điểm, mỗi điểm một tình huống'),
      [
        {
          asks: text('for which data it is good enough', 'nó đủ cho loại dữ liệu nào'),
          needs: [
            [
              'metric',
              'location',
              'sensor',
              'position',
              'price',
              'click',
              'log',
              'telemetry',
              'dashboard',
              'cache',
              'presence',
              'số liệu',
              'vị trí',
              'cảm biến',
              'giá',
            ],
            [
              'next',
              'replace',
              'newer',
              'worth',
              'value',
              'percent',
              'again',
              'enough',
              'nobody',
              'harm',
              'stale',
              'tiếp theo',
              'thay',
              'mới hơn',
              'phần trăm',
              'đủ',
              'không ai',
              'cũ',
            ],
          ],
        },
      ],
      [prefetchHolds],
    ),
    list(
      text('Against auto-ack', 'Hại của auto-ack'),
      text(
        'five points, each with a case; what a kill loses, and what the prefetch does',
        'năm điểm, mỗi điểm một tình huống; bị kill thì mất gì, và prefetch còn tác dụng gì',
      ),
      [
        {
          asks: text('what a kill loses', 'bị kill thì mất gì'),
          needs: [
            ['kill', 'crash', 'dies', 'restart', 'deploy', 'bị kill', 'chết', 'sập', 'khởi động lại'],
            ['lost', 'lose', 'gone', 'missing', 'mất'],
          ],
        },
        {
          asks: text('why a slow consumer is not protected', 'vì sao consumer chậm không được bảo vệ'),
          needs: [
            ['prefetch', 'limit', 'flow', 'backpressure', 'giới hạn'],
            [
              'no ',
              'not',
              'nothing',
              'without',
              'whatever',
              'ignored',
              'effect',
              'memory',
              'all',
              'không',
              'vô hiệu',
              'bộ nhớ',
              'tất cả',
              'hết',
            ],
          ],
        },
      ],
      [prefetchHolds],
    ),
  ],
}

export const manualAck: Rubric = {
  item: 'study-06.5',
  file,
  text: text(
    'NOTES.md weighs manual ack by 5 points for it and 5 against, a forgotten and a doubled ack among them',
    'NOTES.md cân nhắc ack thủ công: 5 điểm lợi và 5 điểm hại, kể cả khi quên ack hay ack hai lần',
  ),
  sections: [
    list(
      text('For manual ack', 'Lợi của ack thủ công'),
      text('five points, each with a case', 'năm điểm, mỗi điểm một tình huống'),
      [
        {
          asks: text('what a kill does to what was in hand', 'bị kill thì những gì đang cầm ra sao'),
          needs: [
            [
              'kill',
              'crash',
              'dies',
              'restart',
              'breaks',
              'deploy',
              'bị kill',
              'chết',
              'sập',
              'đứt',
              'khởi động lại',
            ],
            [
              'again',
              'redeliver',
              'back',
              'nothing is lost',
              'another consumer',
              'still',
              'giao lại',
              'trở về',
              'quay lại',
              'không mất',
              'vẫn còn',
            ],
          ],
        },
        {
          asks: text('what decides how much a consumer holds', 'điều gì quyết định consumer giữ bao nhiêu'),
          needs: [['prefetch', 'unacked', 'in hand', 'trong tay', 'đang giữ']],
        },
      ],
    ),
    list(
      text('Against manual ack', 'Hại của ack thủ công'),
      text(
        'five points, each with a case; a forgotten ack and a doubled one among them',
        'năm điểm, mỗi điểm một tình huống; trong đó có quên ack và ack hai lần',
      ),
      [
        {
          asks: text('what a forgotten ack does', 'quên ack thì sao'),
          needs: [
            [
              'forgot',
              'forget',
              'missing ack',
              'missed ack',
              'never ack',
              'not ack',
              'no ack',
              'skips the ack',
              'without an ack',
              'quên',
              'thiếu ack',
              'không ack',
              'chưa ack',
            ],
            [
              'prefetch',
              'place',
              'still',
              'stops',
              'stand',
              'timeout',
              '30 minutes',
              'unacked',
              'slot',
              'chỗ',
              'đứng',
              'dừng',
              'kẹt',
              '30 phút',
            ],
          ],
        },
        {
          asks: text('what a second ack of one delivery does', 'ack hai lần cho một lần giao thì sao'),
          needs: [
            [
              'twice',
              'double',
              'second ack',
              'two acks',
              'two times',
              'same tag',
              'again',
              'hai lần',
              'lần hai',
              'lần thứ hai',
              'lần nữa',
              'cùng một tag',
            ],
            ['channel', '406', 'precondition'],
          ],
        },
        {
          asks: text('what lies between commit and ack', 'giữa commit và ack có gì'),
          needs: [
            ['commit', 'after the booking', 'booked', 'booking', 'crash', 'ghi sổ', 'bút toán'],
            [
              'duplicate',
              'twice',
              'again',
              'second time',
              'inbox',
              'trùng',
              'hai lần',
              'lần nữa',
              'giao lại',
            ],
          ],
        },
      ],
      [
        {
          says: [
            ['ack'],
            ['twice', 'second ack', 'double', 'repeated', 'hai lần', 'lần hai', 'lặp lại'],
            ['harmless', 'ignored', 'safe', 'no problem', 'vô hại', 'bỏ qua', 'không sao'],
          ],
          why: text(
            'the second ack of one delivery closes the channel with 406, and all that it held comes back',
            'ack lần hai cho một lần giao làm channel bị đóng với 406, và mọi thứ nó giữ quay lại',
          ),
        },
      ],
    ),
  ],
}

export const rules: Rubric = {
  item: 'study-06.9',
  file,
  text: text(
    'NOTES.md gives a team 6 rules for acks, each with the accident it prevents and how one notices that it is broken',
    'NOTES.md có 6 quy tắc ack cho cả nhóm, mỗi quy tắc kèm sự cố nó ngăn được và cách nhận ra khi có người vi phạm',
  ),
  sections: [
    {
      heading: text('Rules for our acks', 'Quy tắc ack của nhóm'),
      ask: text(
        'a table of three columns: the rule, the accident it prevents, how one notices that it is broken',
        'bảng ba cột: quy tắc, sự cố nó ngăn được, nhận ra vi phạm bằng cách nào',
      ),
      wordsMin: 55,
      tableRowsMin: 6,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['commit'],
          why: text('the order of commit and ack comes first', 'thứ tự giữa commit và ack là điều đầu tiên'),
        },
        {
          oneOf: ['channel'],
          why: text('a tag counts for one channel', 'tag chỉ có nghĩa trong một channel'),
        },
        {
          oneOf: ['requeue'],
          why: text('a requeue without a limit is a loop', 'requeue không giới hạn là vòng lặp'),
        },
        {
          oneOf: ['prefetch'],
          why: text(
            'it decides how much one crash takes along',
            'nó quyết định một lần crash kéo theo bao nhiêu message',
          ),
        },
        {
          oneOf: ['timeout', 'minutes', 'phút'],
          why: text('a handler that hangs must end', 'handler bị treo thì phải có lúc kết thúc'),
        },
      ],
      points: [],
      wrong: [
        {
          says: [
            ['requeue'],
            ['always', 'every', 'each', 'all errors', 'whatever', 'luôn', 'mọi lỗi', 'bất kỳ'],
            ['nack', 'fail', 'error', 'lỗi'],
          ],
          why: text(
            'what can never be processed comes back for ever: tell kinds of failure apart',
            'thứ không bao giờ xử lý được sẽ quay lại mãi: phải phân biệt các loại lỗi',
          ),
        },
        {
          says: [
            ['ack'],
            [
              'before the work',
              'before the commit',
              'before processing',
              'first, then',
              'as soon as it arrives',
              'on receipt',
              'trước khi xử lý',
              'trước khi commit',
              'ngay khi nhận',
            ],
          ],
          why: text(
            'between that ack and the commit nobody has the message: a crash there loses it',
            'giữa lúc ack và lúc commit không ai giữ message: crash ở đó là mất',
          ),
        },
      ],
    },
  ],
}
