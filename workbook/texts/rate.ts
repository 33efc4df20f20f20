/** The words around ratings and the reflection. */
import type { Text } from '#lab/verdict'

export const rateTexts = {
  how: {
    en: '1 to 10; enter keeps what is there, Ctrl-C leaves',
    vi: '1 đến 10; enter để giữ nguyên, Ctrl-C để thoát',
  },
  left: (given: number): Text => ({
    en:
      given === 0
        ? 'Nothing was rated.'
        : `Kept: ${given} ${given === 1 ? 'rating' : 'ratings'}. The others can wait.`,
    vi: given === 0 ? 'Chưa chấm mục nào.' : `Đã lưu ${given} điểm. Các mục còn lại để sau cũng được.`,
  }),
  before: (rating: number): Text => ({ en: `so far ${rating}`, vi: `đang là ${rating}` }),
  notANumber: { en: 'A whole number from 1 to 10.', vi: 'Một số nguyên từ 1 đến 10.' },
  head: { en: 'What you say, and what you have proven', vi: 'Điều bạn nói, và điều bạn đã chứng minh' },
  none: { en: 'not rated', vi: 'chưa chấm' },
  proven: (verified: number, of: number): Text => ({
    en: `${verified} of ${of} items verified`,
    vi: `${verified} trên ${of} mục đã kiểm chứng`,
  }),
  above: {
    en: 'you rate yourself above your evidence: which run would convince a colleague?',
    vi: 'bạn chấm mình cao hơn bằng chứng: lần chạy nào sẽ thuyết phục được đồng nghiệp?',
  },
  below: {
    en: 'you rate yourself below your evidence: what do you doubt that you have proven?',
    vi: 'bạn chấm mình thấp hơn bằng chứng: điều đã chứng minh thì còn ngờ chỗ nào?',
  },
  agree: { en: 'the two agree', vi: 'hai bên khớp nhau' },
  weak: { en: 'Where least is proven', vi: 'Chỗ ít bằng chứng nhất' },
  weakSpot: (part: string, open: number): Text => ({
    en: `${part}: ${open} items are not verified`,
    vi: `${part}: ${open} mục chưa kiểm chứng`,
  }),
  plain: (command: string): Text => ({
    en: `Without a terminal the ratings come with the command: ${command}`,
    vi: `Không có terminal thì ghi điểm ngay trong lệnh: ${command}`,
  }),
  notKept: {
    en: 'The ratings could not be kept: .workbook/ is not writable.',
    vi: 'Không lưu được điểm: không ghi được vào .workbook/.',
  },
  planned: (id: string): Text => ({ en: `${id} is not ready yet.`, vi: `Bài ${id} chưa sẵn sàng.` }),
  filled: (file: string, added: number): Text => ({
    en: `${file}: ${added} lines of your own traces and figures filled in.`,
    vi: `${file}: đã điền ${added} dòng dấu vết và số liệu của chính bạn.`,
  }),
  nothingToFill: (file: string): Text => ({
    en: `${file}: nothing was filled in; there is no evidence yet to fill it from.`,
    vi: `${file}: chưa điền gì; chưa có bằng chứng nào để điền.`,
  }),
  notWritable: (file: string, why: string): Text => ({
    en: `${file} can't be written (${why}); nothing was changed.`,
    vi: `Không ghi được ${file} (${why}); chưa đổi gì.`,
  }),
} as const
