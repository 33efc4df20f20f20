/** What the table of study-07 has to have: five patterns of dead letter queues, and what each leaves open. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const patterns = {
  item: 'study-07.7',
  text: text(
    'NOTES.md has a table of 5 patterns of dead letter queues, each with the failure that it leaves open',
    'NOTES.md có bảng 5 cách dùng dead letter queue, mỗi cách kèm lỗi mà nó chưa chặn được',
  ),
  rules: {
    file: 'NOTES.md',
    sections: [
      {
        heading: text('Patterns worth using', 'Những cách dùng đáng áp dụng'),
        ask: text(
          'a table of three columns: the pattern, what it is good for, the failure that it leaves open',
          'bảng ba cột: cách dùng, được việc gì, lỗi nào nó chưa chặn được',
        ),
        wordsMin: 50,
        tableRowsMin: 5,
        tableCellsMin: 3,
        mentions: [
          {
            oneOf: ['alert', 'alarm', 'age', 'depth', 'monitor', 'cảnh báo', 'tuổi', 'độ sâu', 'giám sát'],
            why: text(
              'a DLQ that nobody looks at is a slow way to lose',
              'DLQ không ai nhìn là cách mất từ từ',
            ),
          },
          {
            oneOf: [
              'same id',
              'redrive',
              'send again',
              'sent again',
              'send back',
              'cùng id',
              'gửi lại',
              'gửi trả',
            ],
            why: text('messages have to get out again', 'message còn phải ra khỏi đó'),
          },
          {
            oneOf: ['bound', 'binding', 'bind', 'route', 'key'],
            why: text('the way into a DLQ is a route like any other', 'đường vào DLQ cũng chỉ là một route'),
          },
        ],
      },
    ],
  } satisfies DocumentRules,
}
