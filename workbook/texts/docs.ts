/** The words around the reference pages. */
import type { Text } from '#lab/verdict'

export const docsTexts = {
  start: (doors: number): Text => ({
    en: `building the pages of ${doors} doors …`,
    vi: `đang dựng trang cho ${doors} cửa vào …`,
  }),
  failed: {
    en: 'The pages were not built: each line above names what to correct.',
    vi: 'Chưa dựng được trang: mỗi dòng ở trên nêu một chỗ cần sửa.',
  },
} as const
