/** The words of the page for looking back. */
import { formatNumber, text } from '#lab/verdict/language'

export const reflectionTexts = {
  about: text(
    'Your text, and beside it what your own runs have left: what failed before it held, questions you missed, your figures.',
    'Bài viết của bạn, và bên cạnh là dấu vết các lượt chạy của chính bạn: cái gì hỏng rồi mới đứng vững, câu hỏi bạn trả lời sai, số đo của bạn.',
  ),
  none: text('This course asks for no reflection.', 'Khoá học này không có phần nhìn lại.'),
  yours: text('Your text', 'Bài viết của bạn'),
  save: text('save', 'lưu'),
  saved: text('Saved.', 'Đã lưu.'),
  fill: text('fill in my traces', 'điền dấu vết của tôi'),
  filled: (lines: number) =>
    text(
      lines === 1
        ? '1 line was filled in; lines that begin with “> ·” are renewed each time.'
        : `${formatNumber(lines, 'en')} lines were filled in; lines that begin with “> ·” are renewed each time.`,
      `Đã điền ${formatNumber(lines, 'vi')} dòng; các dòng bắt đầu bằng “> ·” được làm mới mỗi lần.`,
    ),
  nothingToFill: text(
    'Nothing was filled in: there is no evidence yet to fill it from.',
    'Chưa điền gì: chưa có bằng chứng nào để điền.',
  ),
  unsaved: text('not saved yet', 'chưa lưu'),
  changed: text(
    'The file was changed elsewhere since this page was loaded, so nothing was saved. Copy what you wrote, then load the page anew.',
    'File đã bị sửa ở nơi khác sau khi trang này mở ra, nên chưa lưu gì. Chép lại phần bạn đã viết, rồi tải lại trang.',
  ),
  changedMeanwhile: text(
    'The file was changed elsewhere; what you see here is your own version.',
    'File vừa bị sửa ở nơi khác; phần bạn đang thấy là bản của riêng bạn.',
  ),
  notWritable: (file: string, code: string) =>
    text(
      `${file} can’t be written (${code}), so nothing was changed.`,
      `Không ghi được ${file} (${code}), nên không có gì thay đổi.`,
    ),
  material: text('Your material', 'Chất liệu của bạn'),
  nothingYet: text('nothing yet', 'chưa có gì'),
  words: (count: number, least: number) =>
    text(
      `${formatNumber(count, 'en')} words of yours, ${least} at least`,
      `${formatNumber(count, 'vi')} chữ của bạn, cần ít nhất ${least}`,
    ),
  ratings: text('How you rate yourself, 1 to 10', 'Bạn tự chấm mình, 1 đến 10'),
  rate: text('keep', 'ghi lại'),
  rated: text('Kept.', 'Đã ghi lại.'),
  notKept: text(
    'The ratings could not be kept: .workbook/ is not writable.',
    'Không lưu được điểm: không ghi được vào .workbook/.',
  ),
  weak: text('Where least is proven', 'Chỗ ít bằng chứng nhất'),
} as const
