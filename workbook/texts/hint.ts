/** The words around hints. */
import type { Text } from '#lab/verdict'

export const hintTexts = {
  none: (id: string): Text => ({ en: `${id} has no hints.`, vi: `Bài ${id} không có gợi ý.` }),
  notRemembered: (id: string): Text => ({
    en: `.workbook/ can't be written, so it is not remembered which hints are open. All of them: npm run hint ${id} all`,
    vi: `Không ghi được vào .workbook/, nên không nhớ được gợi ý nào đã mở. Xem tất cả: npm run hint ${id} all`,
  }),
  noMore: { en: 'These are all the hints.', vi: 'Đó là tất cả gợi ý.' },
  oneMore: (left: number, id: string): Text => ({
    en: `(${left} more hint${left === 1 ? '' : 's'}: npm run hint ${id})`,
    vi: `(còn ${left} gợi ý: npm run hint ${id})`,
  }),
} as const
