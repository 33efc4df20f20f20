/** What the table of study-11 has to have: three strategies by five criteria. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const strategies = {
  item: 'study-11.6',
  text: text(
    'NOTES.md compares fixed, exponential and jittered retries by 5 criteria, with a figure or a fact in every cell',
    'NOTES.md so sánh retry cố định, exponential và có jitter theo 5 tiêu chí, ô nào cũng là số liệu hoặc dữ kiện',
  ),
  rules: {
    file: 'NOTES.md',
    sections: [
      {
        heading: text('Retry strategies side by side', 'Các chiến lược retry đặt cạnh nhau'),
        ask: text(
          'a table: the criterion, then fixed delay, exponential backoff, exponential with jitter; figures from the runs where there are any',
          'một bảng: tiêu chí, rồi chờ cố định, exponential backoff, exponential có jitter; chỗ nào có số thì lấy từ các lần chạy',
        ),
        wordsMin: 35,
        tableRowsMin: 5,
        // Two of three strategies may well agree in a row: each waits for a second at least.
        tableCellsMin: 3,
        mentions: [
          {
            oneOf: [
              'same moment',
              'same time',
              'at once',
              'herd',
              'peak',
              'busiest',
              'cùng lúc',
              'đỉnh',
              'đông nhất',
              'cả đàn',
            ],
            why: text(
              'many clients fail together, and come back together',
              'nhiều client lỗi cùng lúc thì cũng quay lại cùng lúc',
            ),
          },
          {
            oneOf: ['second', 'giây', 'ms'],
            why: text(
              'a strategy is known by its times',
              'biết một chiến lược là biết các mốc thời gian của nó',
            ),
          },
          {
            oneOf: ['cap', 'deadline', 'limit', 'trần', 'giới hạn'],
            why: text('something has to end it', 'phải có thứ chấm dứt nó'),
          },
        ],
      },
    ],
  } satisfies DocumentRules,
}
