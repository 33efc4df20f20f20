/** What GAPS.md has to say. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'GAPS.md',
  sections: [
    {
      heading: text('What showed', 'Những gì lộ ra'),
      ask: text(
        'a table: the gap, in which answer or run it showed, what would close it; two rows or more',
        'một bảng: lỗ hổng, lộ ra ở câu trả lời hay lần chạy nào, cách lấp; từ hai dòng',
      ),
      wordsMin: 35,
      tableRowsMin: 2,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['review-', 'study-', 'mq-', 'failure-', 'consistency-', 'design-'],
          why: text(
            'name the item or task in which it showed, or which closes it',
            'nêu mục hay bài mà nó lộ ra, hoặc giúp lấp nó',
          ),
        },
      ],
    },
    {
      heading: text('What I do first', 'Việc tôi làm trước'),
      ask: text(
        'which gap comes first, what you will run or read for it, and how you will know that it is closed',
        'lấp chỗ nào trước, sẽ chạy hay đọc gì, và làm sao biết là đã lấp xong',
      ),
      wordsMin: 30,
      mentions: [
        {
          oneOf: ['until', 'when', 'by ', 'able to', 'know', 'tới khi', 'khi', 'trước', 'biết'],
          why: text('say how you will know that it is closed', 'ghi làm sao biết là đã lấp xong'),
        },
      ],
    },
  ],
}
