/** What REVIEW.md of the architecture has to say, section by section. */
import type { DocumentRules, SectionRule } from '#lab/kit/document'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'

const section = (rule: SectionRule): DocumentRules => ({ file: 'REVIEW.md', sections: [rule] })
const group = (why: Text, ...oneOf: readonly string[]) => ({ oneOf, why })

export const flows = section({
  heading: text('Flow by flow', 'Từng luồng một'),
  ask: text(
    'a table: flow, from which fact to which effect, what happens when a step fails, what you found; three rows or more',
    'một bảng: luồng, từ sự việc nào tới kết quả nào, một bước hỏng thì sao, phát hiện gì; từ ba dòng',
  ),
  wordsMin: 60,
  tableRowsMin: 3,
  tableCellsMin: 4,
  mentions: [
    group(
      text('which step fails?', 'bước nào hỏng?'),
      'fail',
      'crash',
      'down',
      'dies',
      'lost',
      'hỏng',
      'chết',
      'mất',
      'ngừng',
    ),
    group(
      text('where does a message wait or end?', 'message chờ hoặc kết thúc ở đâu?'),
      'queue',
      'topic',
      'dead',
      'outbox',
      'retry',
      'dlq',
    ),
  ],
})

export const improvementsHeading = text('Three improvements', 'Ba điểm cải thiện')
export const improvements = section({
  heading: improvementsHeading,
  ask: text(
    'a table: the place, the problem that it removes, the change, the claim (design-05.4) or figure (mq-02:burst-throughput) that would be another then; three rows or more',
    'một bảng: vị trí, vấn đề được giải quyết, thay đổi gì, khẳng định (design-05.4) hay con số (mq-02:burst-throughput) sẽ khác đi; từ ba dòng',
  ),
  wordsMin: 50,
  tableRowsMin: 3,
  tableCellsMin: 4,
})

export const optimizationHeading = text('Proposed optimization', 'Đề xuất tối ưu')
export const optimization = section({
  heading: optimizationHeading,
  ask: text(
    'what you would optimize, the figure (mq-02:burst-throughput) today and the one expected, what it costs, what it risks',
    'tối ưu gì, con số (mq-02:burst-throughput) hôm nay và con số mong đợi, tốn gì, rủi ro gì',
  ),
  wordsMin: 55,
  mentions: [
    group(
      text('what does it cost?', 'tốn gì?'),
      'cost',
      'price',
      'pay for',
      'trade',
      'at the expense',
      'tốn',
      'giá',
      'đánh đổi',
    ),
    group(
      text('what does it risk?', 'rủi ro gì?'),
      'risk',
      'could break',
      'may break',
      'might',
      'danger',
      'rủi ro',
      'có thể hỏng',
      'nguy cơ',
    ),
  ],
})

export const industry = section({
  heading: text('Beside the industry', 'So với trong ngành'),
  ask: text(
    'a table: the practice, who does it or recommends it (source), what your design does, why the same or otherwise; four rows or more',
    'một bảng: cách làm, ai làm hay khuyên làm (nguồn), thiết kế của bạn làm gì, vì sao giống hoặc khác; từ bốn dòng',
  ),
  wordsMin: 60,
  tableRowsMin: 4,
  tableCellsMin: 4,
  mentions: [
    group(
      text('name the sources', 'nêu nguồn'),
      'http',
      'book',
      'rfc',
      'paper',
      'docs',
      'kleppmann',
      'newman',
      'richardson',
      'hohpe',
      'stripe',
      'uber',
      'sách',
      'tài liệu',
    ),
    group(
      text('where do you do otherwise, and why?', 'chỗ nào bạn làm khác, và vì sao?'),
      'instead',
      'otherwise',
      'unlike',
      'different',
      'because',
      'since',
      'khác',
      'thay vì',
      'vì',
    ),
  ],
})

export const findings = section({
  heading: text('Findings', 'Kết quả xem xét'),
  ask: text(
    'what holds and how you know, what does not hold, what should change first and why first',
    'chỗ nào vững và vì sao biết, chỗ nào chưa, cần sửa gì trước và vì sao trước',
  ),
  wordsMin: 60,
  mentions: [
    group(text('what holds?', 'chỗ nào vững?'), 'hold', 'sound', 'survive', 'vững', 'ổn', 'chịu được'),
    group(
      text('what does not?', 'chỗ nào chưa?'),
      'not',
      'missing',
      'weak',
      'nothing',
      'không',
      'chưa',
      'thiếu',
      'yếu',
    ),
    group(text('what first?', 'sửa gì trước?'), 'first', 'before', 'trước', 'đầu tiên'),
  ],
})
