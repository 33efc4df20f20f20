/** What the notes of study-09 are read by: five points for and five against event sourcing, and where it pays off. */
import type { Rubric, RubricPoint, RubricSection, WrongStatement } from '#lab/kit/rubric'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'

const file = 'NOTES.md'

/** A case: something of a trade, or an event that one could watch. */
const cases = [
  'payment order ledger wallet balance card customer report account refund dispute auditor auditors regulator court loan stock booking fraud'.split(
    ' ',
  ),
  'replay rebuild snapshot projection upcast schema migration deploy query table index disk team developer bug support stream version conflict'.split(
    ' ',
  ),
  [
    'thanh toán',
    'đơn hàng',
    'sổ',
    'ví ',
    'số dư',
    'thẻ',
    'khách',
    'báo cáo',
    'tài khoản',
    'hoàn tiền',
    'khiếu nại',
    'kiểm toán',
    'bảng',
    'truy vấn',
    'nhóm',
    'phiên bản',
    'xung đột',
  ],
].flat()

const wrong: readonly WrongStatement[] = [
  {
    says: [
      ['kafka'],
      ['event store', 'store for events', 'kho event'],
      ['refuses', 'checks', 'expected version', 'optimistic', 'conflict', 'từ chối', 'kiểm tra', 'xung đột'],
    ],
    why: text(
      'a Kafka topic takes whatever is sent: it has no append that fails when the version was taken',
      'topic Kafka nhận mọi thứ gửi tới: không có lệnh append nào thất bại khi phiên bản đã có người lấy',
    ),
  },
  {
    says: [
      ['snapshot'],
      ['truth', 'source of record', 'instead of events', 'replace the events', 'sự thật', 'thay cho event'],
    ],
    why: text(
      'a snapshot is a cache: deleting all of them must change no state',
      'snapshot là cache: xoá hết cũng không được làm đổi trạng thái nào',
    ),
  },
  {
    says: [
      ['update', 'edit', 'rewrite', 'correct', 'sửa'],
      ['old event', 'stored event', 'event in place', 'past event', 'event cũ', 'event đã lưu'],
      ['simply', 'just', 'easily', 'can', 'should', 'cứ', 'dễ dàng', 'có thể', 'nên'],
    ],
    why: text(
      'what is stored has happened: a mistake is corrected by a further event, an old form by upcasting',
      'đã lưu là đã xảy ra: sai thì sửa bằng một event nữa, dạng cũ thì upcast khi đọc',
    ),
  },
]

function list(heading: Text, ask: Text, points: readonly RubricPoint[]): RubricSection {
  return {
    heading,
    ask,
    wordsMin: 45,
    points,
    wrong,
    entries: {
      min: 5,
      wordsMin: 9,
      each: [
        {
          oneOf: cases,
          why: text(
            'tie it to a case: which data, which question, who asks',
            'gắn nó với một tình huống: dữ liệu nào, câu hỏi nào, ai hỏi',
          ),
        },
      ],
    },
  }
}

export const weighed: Rubric = {
  item: 'study-09.6',
  file,
  text: text(
    'NOTES.md weighs event sourcing by 5 points for it and 5 against, audit, erasure and queries among them',
    'NOTES.md cân nhắc event sourcing: 5 điểm lợi và 5 điểm hại, kể cả kiểm toán, xoá dữ liệu và truy vấn',
  ),
  sections: [
    list(
      text('For event sourcing', 'Lợi của event sourcing'),
      text(
        'five points, each with a case; one is about audit',
        'năm điểm, mỗi điểm một tình huống; một điểm về kiểm toán',
      ),
      [
        {
          asks: text(
            'what an auditor can be shown that a table of states can’t show',
            'cho kiểm toán xem được điều gì mà bảng trạng thái không cho xem được',
          ),
          needs: [
            [
              'audit',
              'auditor',
              'regulator',
              'dispute',
              'court',
              'how it came',
              'kiểm toán',
              'khiếu nại',
              'tranh chấp',
            ],
            [
              'why',
              'how',
              'when',
              'who',
              'each',
              'every',
              'history',
              'past',
              'step',
              'vì sao',
              'khi nào',
              'từng',
              'lịch sử',
              'ai ',
            ],
          ],
        },
        {
          asks: text(
            'what can be computed later that nobody thought of at first',
            'sau này tính được gì mà lúc đầu không ai nghĩ tới',
          ),
          needs: [
            ['replay', 'rebuild', 'compute', 'again', 'new', 'dựng lại', 'tính lại', 'replay', 'mới'],
            [
              'read model',
              'report',
              'projection',
              'table',
              'question',
              'view',
              'báo cáo',
              'bảng',
              'câu hỏi',
              'projection',
            ],
          ],
        },
      ],
    ),
    list(
      text('Against event sourcing', 'Hại của event sourcing'),
      text(
        'five points, each with a case; erasure and queries among them',
        'năm điểm, mỗi điểm một tình huống; trong đó có xoá dữ liệu và truy vấn',
      ),
      [
        {
          asks: text(
            'what happens when a person asks for their data to be erased',
            'khi một người yêu cầu xoá dữ liệu của họ thì sao',
          ),
          needs: [
            [
              'eras',
              'delete',
              'forgotten',
              'gdpr',
              'personal',
              'privacy',
              'xoá',
              'xóa',
              'riêng tư',
              'cá nhân',
            ],
            [
              'key',
              'encrypt',
              'immutable',
              'never',
              'kept',
              'append',
              'store',
              'events',
              'shred',
              'apart',
              'khoá',
              'khóa',
              'mã hoá',
              'mã hóa',
              'không sửa',
              'event',
              'giữ',
            ],
          ],
        },
        {
          asks: text('what becomes of a question over many wallets', 'hỏi một câu trên nhiều ví thì sao'),
          needs: [
            [
              'query',
              'queries',
              'question',
              'search',
              'list of',
              'all wallets',
              'truy vấn',
              'tìm',
              'câu hỏi',
              'liệt kê',
            ],
            [
              'read model',
              'projection',
              'table',
              'view',
              'lag',
              'behind',
              'read all',
              'replay',
              'bảng',
              'trễ',
              'đọc hết',
              'projection',
            ],
          ],
        },
        {
          asks: text('what old events ask of every later release', 'event cũ đòi hỏi gì ở mọi bản sau'),
          needs: [
            ['old', 'schema', 'version', 'upcast', 'years', 'cũ', 'phiên bản', 'năm'],
            [
              'for ever',
              'forever',
              'every',
              'each',
              'always',
              'still',
              'upcast',
              'keep',
              'read',
              'mãi',
              'mỗi',
              'mọi',
              'vẫn',
              'đọc',
            ],
          ],
        },
      ],
    ),
  ],
}

export const whereItPays: Rubric = {
  item: 'study-09.7',
  file,
  text: text(
    'NOTES.md says of 6 cases whether event sourcing or plain tables, and what decides',
    'NOTES.md nêu 6 trường hợp nên dùng event sourcing hay bảng thường, và điều gì quyết định',
  ),
  sections: [
    {
      heading: text('Where it pays off', 'Chỗ nào đáng dùng'),
      ask: text(
        'a table of four columns: the case, event sourcing or tables, what decides, what it costs; six rows',
        'bảng bốn cột: trường hợp, event sourcing hay bảng, điều gì quyết định, cái giá; sáu dòng',
      ),
      wordsMin: 55,
      tableRowsMin: 6,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: ['table', 'bảng'],
          why: text(
            'most data are better off in a table; name some',
            'đa số dữ liệu để trong bảng tốt hơn; hãy nêu vài cái',
          ),
        },
        {
          oneOf: ['event sourcing', 'events'],
          why: text('and some are not', 'và có cái thì không'),
        },
        {
          oneOf: ['history', 'past', 'audit', 'dispute', 'why', 'lịch sử', 'quá khứ', 'kiểm toán', 'vì sao'],
          why: text(
            'what decides is whether somebody will ask about the past',
            'điều quyết định là có ai sẽ hỏi về quá khứ hay không',
          ),
        },
      ],
      points: [],
      wrong,
    },
  ],
}
