/** What REVIEW.md has to say. */
import type { DocumentRules, SectionRule } from '#lab/kit/document'
import { refactoredHeading } from '#lab/study/refactoring'
import { text } from '#lab/verdict/language'

const file = 'REVIEW.md'
const places: SectionRule['mentions'] = [
  {
    oneOf: ['exercises/', 'solutions/', 'designs/'],
    why: text('name the place as exercises/…/file.ts:line', 'ghi vị trí dạng exercises/…/file.ts:dòng'),
  },
]

export const improvements: DocumentRules = {
  file,
  sections: [
    {
      heading: text('Three improvements', 'Ba điểm cải thiện'),
      ask: text(
        'a table: place with its line, what is wrong or hard, why it matters, the remedy; three rows or more',
        'một bảng: vị trí kèm dòng, chỗ sai hay khó đọc, vì sao đáng kể, cách sửa; từ ba dòng',
      ),
      wordsMin: 50,
      tableRowsMin: 3,
      tableCellsMin: 4,
      ...(places === undefined ? {} : { mentions: places }),
    },
  ],
}

export const findings: DocumentRules = {
  file,
  sections: [
    {
      heading: text('Findings', 'Các phát hiện'),
      ask: text(
        'a table: weight, place with its line, what you found, what would happen in production; three rows or more, the worst first',
        'một bảng: mức độ, vị trí kèm dòng, phát hiện gì, trên production sẽ ra sao; từ ba dòng, nặng nhất trước',
      ),
      wordsMin: 45,
      tableRowsMin: 3,
      tableCellsMin: 4,
      mentions: [
        ...(places ?? []),
        {
          oneOf: ['high', 'cao', 'nặng', 'nghiêm trọng'],
          why: text('which one is worst', 'cái nào nặng nhất'),
        },
      ],
    },
    {
      heading: refactoredHeading,
      ask: text(
        'settle.ts and the file of your own: what was hard, how it is cut now, what could have broken, and which run shows that it did not',
        'settle.ts và file của chính bạn: chỗ nào khó đọc, giờ cắt ra sao, sợ hỏng điều gì, và lần chạy nào cho thấy không hỏng',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['review-03.8', 'check', 'kiểm tra', 'test'],
          why: text('name the run that shows that nothing broke', 'nêu lần chạy cho thấy không có gì hỏng'),
        },
      ],
    },
  ],
}
