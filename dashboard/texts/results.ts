/** The words of the results page. */
import { text } from '#lab/verdict/language'

export const resultTexts = {
  about: text(
    'Every figure with how it was taken. Yours stands beside the reference’s where both were measured; the engine stands in its name.',
    'Mỗi số đo đi kèm cách đo. Số của bạn đứng cạnh số của lời giải mẫu khi cả hai đều đã đo; tên engine ghi ngay trong nhãn.',
  ),
  none: text('Nothing has been measured yet.', 'Chưa đo gì.'),
  yours: text('yours', 'của bạn'),
  reference: text('reference', 'lời giải mẫu'),
  distributions: text('How long it took: percentiles', 'Mất bao lâu: các percentile'),
  percentile: text('percentile', 'percentile'),
  logarithmic: text('logarithmic', 'thang log'),
  figure: text('figure', 'số đo'),
  whose: text('whose', 'của ai'),
  value: text('value', 'giá trị'),
  method: text('how it was taken', 'đo thế nào'),
  proves: text('proves', 'chứng minh'),
  under: text('taken under', 'đo trong điều kiện'),
  numbers: text('Table', 'Bảng số'),
  command: text('Take them again', 'Đo lại'),
  measure: text('measure', 'đo'),
  svg: text('as SVG', 'tải SVG'),
  csv: text('as CSV', 'tải CSV'),
  unreadable: (reason: string) => text(`Can’t be read: ${reason}`, `Không đọc được: ${reason}`),
} as const
