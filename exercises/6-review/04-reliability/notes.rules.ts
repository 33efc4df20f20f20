/** What RELIABILITY.md has to say. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

const file = 'RELIABILITY.md'

export const remaining: DocumentRules = {
  file,
  sections: [
    {
      heading: text('Failure modes that remain', 'Những kiểu sự cố còn lại'),
      ask: text(
        'a table: failure mode, how likely, what it would cost, how you know of it; four rows or more',
        'một bảng: kiểu sự cố, khả năng xảy ra, thiệt hại, vì sao biết; từ bốn dòng',
      ),
      wordsMin: 50,
      tableRowsMin: 4,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: [
            'once',
            'each',
            'every',
            'year',
            'month',
            'quarter',
            'week',
            'often',
            'seldom',
            'năm',
            'tháng',
            'tuần',
            'mỗi',
            'hiếm',
            'thường',
            'quý',
          ],
          why: text('how likely is it?', 'khả năng xảy ra tới đâu?'),
        },
      ],
    },
  ],
}

export const handling: DocumentRules = {
  file,
  sections: [
    {
      heading: text('Handling', 'Cách xử lý'),
      ask: text(
        'a table, a row for each remaining mode: noticed by, contained by, repaired by; four rows or more',
        'một bảng, mỗi kiểu sự cố một dòng: phát hiện bằng gì, khoanh vùng bằng gì, khắc phục bằng gì; từ bốn dòng',
      ),
      wordsMin: 50,
      tableRowsMin: 4,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: [
            'alert',
            'count',
            'compar',
            'metric',
            'alarm',
            'monitor',
            'cảnh báo',
            'đếm',
            'so sánh',
            'đối soát',
            'theo dõi',
          ],
          why: text(
            'how is it noticed before a customer notices it?',
            'phát hiện bằng gì trước khi khách phát hiện?',
          ),
        },
      ],
    },
  ],
}

export const survives: DocumentRules = {
  file,
  sections: [
    {
      heading: text('What survives', 'Chịu được gì'),
      ask: text(
        'what your system survives, what it does not, and the runs that tell you so; what the new handling changed',
        'hệ thống chịu được gì, không chịu được gì, lần chạy nào cho biết; cách xử lý mới thay đổi gì',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['review-04.5'],
          why: text(
            'name the new handling and the fault it was held against',
            'nêu cách xử lý mới và sự cố đã thử',
          ),
        },
        {
          oneOf: ['not survive', 'does not', 'did not', 'still', 'không chịu', 'chưa chịu', 'vẫn chưa'],
          why: text('what does it not survive?', 'không chịu được gì?'),
        },
      ],
    },
  ],
}
