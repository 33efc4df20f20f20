/** What the two tables of study-08 are read by: patterns and anti-patterns of event-driven architecture, each with its symptom. */
import type { Rubric, WrongStatement } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

const symptomWords = [
  'alert',
  'log',
  'lag',
  'queue',
  'customer',
  'support',
  'deploy',
  'trace',
  'timeout',
  'time-out',
  'schema',
  'twice',
  'nobody',
  'incident',
  'khách',
  'hỗ trợ',
  'hai lần',
  'không ai',
  'sự cố',
]

const wrong: readonly WrongStatement[] = [
  {
    says: [
      ['cqrs'],
      ['requires', 'needs', 'must have', 'asks for', 'means', 'đòi hỏi', 'bắt buộc', 'phải có', 'cần'],
      [
        'event sourcing',
        'event store',
        'two databases',
        'second database',
        'own database',
        'hai database',
        'database riêng',
      ],
    ],
    why: text(
      'CQRS asks for two models, one that decides and one that answers; two tables in one database are enough',
      'CQRS chỉ đòi hai model, một để quyết định và một để trả lời; hai bảng trong một database là đủ',
    ),
  },
  {
    says: [
      ['eventual', 'eventually', 'nhất quán dần', 'nhất quán cuối'],
      ['within', 'after', 'in less than', 'trong vòng', 'sau'],
      ['millisecond', 'second', 'mili giây', 'giây'],
    ],
    why: text(
      '"eventually" sets no date: while a consumer is down the lag grows, and only a measured lag says how long',
      '"dần dần" không hẹn ngày: consumer sập thì độ trễ cứ tăng, chỉ đo lag mới biết là bao lâu',
    ),
  },
  {
    says: [
      ['replay', 'read again', 'đọc lại', 'phát lại'],
      ['charge', 'mail', 'receipt', 'side effect', 'trừ thẻ', 'biên nhận', 'thư', 'tác dụng phụ'],
      ['safe', 'harmless', 'no problem', 'fine', 'an toàn', 'vô hại', 'không sao'],
    ],
    why: text(
      'a replay runs whatever the handler does: what leaves the house leaves it again',
      'replay chạy lại mọi thứ handler làm: cái gì đi ra ngoài thì lại đi ra lần nữa',
    ),
  },
]

export const patterns: Rubric = {
  item: 'study-08.8',
  file: 'NOTES.md',
  text: text(
    'NOTES.md has 5 patterns and 5 anti-patterns of event-driven architecture, each with the symptom by which it shows',
    'NOTES.md có 5 pattern và 5 anti-pattern của kiến trúc hướng sự kiện, mục nào cũng kèm dấu hiệu nhận biết',
  ),
  sections: [
    {
      heading: text('Patterns', 'Các pattern'),
      ask: text(
        'a table of three columns: the pattern, what it gives, the symptom when it is missing',
        'bảng ba cột: pattern, được gì, dấu hiệu khi thiếu nó',
      ),
      wordsMin: 50,
      tableRowsMin: 5,
      tableCellsMin: 3,
      points: [],
      wrong,
      mentions: [
        {
          oneOf: ['outbox'],
          why: text(
            'state and event have to be stored together',
            'trạng thái và event phải được lưu cùng nhau',
          ),
        },
        {
          oneOf: ['inbox', 'idempoten', 'duplicate', 'trùng'],
          why: text('every event may come twice', 'event nào cũng có thể tới hai lần'),
        },
        {
          oneOf: ['correlation', 'causation', 'trace'],
          why: text('the flow stands nowhere in the code', 'luồng xử lý không nằm ở đâu trong code'),
        },
        {
          oneOf: ['version', 'schema', 'contract', 'upcast', 'phiên bản', 'hợp đồng'],
          why: text('the contract is what still couples', 'thứ còn ràng buộc là hợp đồng dữ liệu'),
        },
      ],
    },
    {
      heading: text('Anti-patterns', 'Các anti-pattern'),
      ask: text(
        'a table of three columns: the anti-pattern, the symptom by which it shows, what to do instead',
        'bảng ba cột: anti-pattern, dấu hiệu nhận biết, nên làm gì thay vào',
      ),
      wordsMin: 50,
      tableRowsMin: 5,
      tableCellsMin: 3,
      points: [],
      wrong,
      mentions: [
        {
          oneOf: ['command', 'mệnh lệnh'],
          why: text(
            'a command in an event’s coat is the commonest of them',
            'command khoác áo event là lỗi thường gặp nhất',
          ),
        },
        {
          oneOf: ['replay', 'read again', 'rebuild', 'phát lại', 'dựng lại', 'đọc lại'],
          why: text(
            'side effects and replays do not go together',
            'tác dụng phụ và replay không đi cùng nhau',
          ),
        },
        {
          oneOf: symptomWords,
          why: text(
            'an anti-pattern is known by what one sees in production',
            'nhận ra anti-pattern là nhờ thứ nhìn thấy trên production',
          ),
        },
      ],
    },
  ],
}
