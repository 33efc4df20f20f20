/** The words around a solution. */
import type { Text } from '#lab/verdict'

export const solutionTexts = {
  notYet: (id: string): Text => ({
    en: `${id} is not verified yet, and the reference tells the answer. To see it anyway: npm run solution ${id} anyway`,
    vi: `Bài ${id} chưa được kiểm chứng, mà lời giải mẫu nói luôn đáp án. Vẫn muốn xem: npm run solution ${id} anyway`,
  }),
  same: { en: 'Yours is the reference, line by line.', vi: 'File của bạn giống hệt lời giải mẫu.' },
  noReference: { en: 'The reference has no such file.', vi: 'Lời giải mẫu không có file này.' },
  legend: { en: '- yours   + reference', vi: '- của bạn   + lời giải mẫu' },
  atLine: (line: number): Text => ({ en: `line ${line} of yours`, vi: `dòng ${line} trong file của bạn` }),
  others: { en: 'Other right answers:', vi: 'Các cách đúng khác:' },
} as const
