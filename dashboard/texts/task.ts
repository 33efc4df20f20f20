/** The words of a task's page. */
import { text } from '#lab/verdict/language'

export const taskTexts = {
  contents: text('On this page', 'Trong trang này'),
  yours: text('Your files', 'File của bạn'),
  fileFacts: (lines: number, todos: number) =>
    text(`${lines} lines, ${todos} TODO${todos === 1 ? '' : 's'}`, `${lines} dòng, ${todos} TODO`),
  todoAt: (lines: string) => text(`TODO at ${lines}`, `TODO ở dòng ${lines}`),
  missing: text('missing: npm run reset brings a fresh one', 'thiếu: npm run reset lấy lại file mới'),
  lastVerdict: text('Last verdict', 'Kết quả gần nhất'),
  noVerdict: text('Nothing has been checked here yet.', 'Chưa kiểm tra lần nào.'),
  checkedOn: (en: string, vi: string) => text(`checked on ${en}`, `kiểm tra ngày ${vi}`),
  changedSince: text('your files have changed since', 'file của bạn đã đổi từ lúc đó'),
  outcomes: {
    passed: text('passed', 'ĐẠT'),
    failed: text('failed', 'CHƯA ĐẠT'),
    inconclusive: text('inconclusive', 'CHƯA KẾT LUẬN ĐƯỢC'),
  },
  lanes: text('What happened, in lanes', 'Diễn biến, theo từng làn'),
  hints: text('Hints', 'Gợi ý'),
  hintOf: (number: number, of: number) => text(`Hint ${number} of ${of}`, `Gợi ý ${number} trên ${of}`),
  oneMore: (left: number) => text(`one more hint (${left} left)`, `thêm một gợi ý (còn ${left})`),
  solution: text('Compare with the reference', 'So với lời giải mẫu'),
  kept: text(
    'The reference opens once every item that a check speaks for is verified.',
    'Lời giải mẫu mở ra khi mọi mục do check chấm đều đã được kiểm chứng.',
  ),
  anyway: text('show it anyway', 'vẫn muốn xem'),
  reference: text('Reference', 'Lời giải mẫu'),
  removed: text('yours', 'của bạn'),
  added: text('theirs', 'của lời giải'),
  readmeMissing: text('This task has no page yet.', 'Bài này chưa có trang hướng dẫn.'),
  drawing: text('Drawing', 'Hình vẽ'),
  more: text('More', 'Thêm'),
  live: text('watch it live', 'xem chạy'),
  explore: text('crash it everywhere', 'làm sập ở mọi điểm'),
  measure: text('measure', 'đo'),
  questions: (known: number, of: number) =>
    text(`questions: ${known} of ${of} answered right`, `câu hỏi: đúng ${known} trên ${of}`),
  experiments: text('Experiments', 'Thí nghiệm'),
  notRun: text('not run yet', 'chưa chạy'),
  output: text('The run', 'Lượt chạy'),
  verified: text('verified', 'đã kiểm chứng'),
  items: text('Items', 'Các mục'),
} as const
