/** The words around verdicts: what waits, what was counted, what comes next. */
import type { Text } from '#lab/verdict'

export const screenTexts = {
  checking: (what: string, engine: string): Text => ({
    en: `checking ${what} on ${engine} …`,
    vi: `đang kiểm tra ${what} trên ${engine} …`,
  }),
  types: {
    en: 'The type check refuses your code, so nothing is verified yet.',
    vi: 'Code của bạn chưa qua được kiểm tra kiểu, nên chưa mục nào được kiểm chứng.',
  },
  typesOfReference: { en: 'The type check refuses the code.', vi: 'Code chưa qua được kiểm tra kiểu.' },
  moreProblems: (count: number): Text => ({ en: `and ${count} more`, vi: `và ${count} lỗi nữa` }),
  waitsForTypes: { en: 'waits for the types', vi: 'chờ sửa kiểu xong' },
  waiting: (first: string, more: number): Text => ({
    en: more === 0 ? `${first}  waits for this one` : `${first}  and ${more} more wait for this one`,
    vi: more === 0 ? `${first}  chờ mục này` : `${first}  và ${more} mục nữa chờ mục này`,
  }),
  passed: (task: string, passed: number, of: number): Text => ({
    en: `${task}   ${passed} of ${of} items verified in`,
    vi: `${task}   ĐẠT: ${passed} trên ${of} mục được kiểm chứng trong`,
  }),
  passedBy: (task: string, whose: Text, passed: number, of: number): Text => ({
    en: `${task}   ${whose.en} keeps ${passed} of ${of} promises in`,
    vi: `${task}   ${whose.vi} giữ ${passed} trên ${of} lời hứa, trong`,
  }),
  itemPassed: (item: string): Text => ({
    en: `${item}   verified in`,
    vi: `${item}   ĐẠT, được kiểm chứng trong`,
  }),
  reference: { en: 'the reference', vi: 'lời giải mẫu' },
  counted: (task: string, counts: { passed: number; failed: number; inconclusive: number }): Text => ({
    en: `${task}   ${counts.passed} passed, ${counts.failed} failed${counts.inconclusive === 0 ? '' : `, ${counts.inconclusive} inconclusive`} in`,
    vi: `${task}   ${counts.passed} ĐẠT, ${counts.failed} CHƯA ĐẠT${counts.inconclusive === 0 ? '' : `, ${counts.inconclusive} CHƯA KẾT LUẬN ĐƯỢC`}, trong`,
  }),
  elsewhere: (items: readonly string[]): Text => ({
    en: `${items.join(', ')}: not judged by a check; npm run progress tells what proves ${items.length === 1 ? 'it' : 'them'}`,
    vi: `${items.join(', ')}: không chấm bằng check; npm run progress cho biết mục nào được chứng minh bằng gì`,
  }),
  itemElsewhere: (item: string, kinds: readonly string[]): Text => ({
    en: `${item} is not judged by a check but by: ${kinds.join(', ')}.`,
    vi: `${item} không chấm bằng check mà bằng: ${kinds.join(', ')}.`,
  }),
  compare: (task: string, others: number): Text => ({
    en: `Compare with the reference${others === 0 ? '' : ` and ${others} other right answer${others === 1 ? '' : 's'}`}: npm run solution ${task}`,
    vi: `So với lời giải mẫu${others === 0 ? '' : ` và ${others} cách đúng khác`}: npm run solution ${task}`,
  }),
  notRecorded: {
    en: 'Judged, but nothing could be recorded: .workbook/ can’t be written. Make the checkout writable for your user and check again.',
    vi: 'Đã chấm nhưng không ghi lại được: không ghi được vào .workbook/. Cấp quyền ghi thư mục này cho user của bạn rồi kiểm tra lại.',
  },
  filesMissing: (file: string, id: string): Text => ({
    en: `${file} is missing. A fresh one: npm run reset ${id}`,
    vi: `Thiếu file ${file}. Lấy lại file mới: npm run reset ${id}`,
  }),
  edit: (place: string): Text => ({ en: `edit ${place} and save.`, vi: `sửa ${place} rồi lưu lại.` }),
  anyKey: { en: 'any key goes back', vi: 'nhấn phím bất kỳ để quay lại' },
} as const
