/** The words of the exercise screen. */
import type { Text } from '#lab/verdict'
import { formatNumber } from '#lab/verdict/language'

export const exerciseTexts = {
  week: { en: 'week 7', vi: 'tuần 7' },
  verified: (verified: number, items: number): Text => ({
    en: `${formatNumber(verified, 'en')} of ${items} items verified`,
    vi: `${formatNumber(verified, 'vi')} trên ${items} mục đã kiểm chứng`,
  }),
  ready: (server: string, took: string | undefined): Text => ({
    en: took === undefined ? server : `${server} ready in ${took}`,
    vi: took === undefined ? server : `${server} sẵn sàng sau ${took}`,
  }),
  yourFile: { en: 'your file', vi: 'file của bạn' },
  readFirst: { en: 'read first', vi: 'đọc trước' },
  fileFacts: (lines: number, todos: number): Text => ({
    en: `${lines} lines, ${todos} TODO${todos === 1 ? '' : 's'}`,
    vi: `${lines} dòng, ${todos} TODO`,
  }),
  minutes: (minutes: number): Text => ({
    en: `${minutes} minute${minutes === 1 ? '' : 's'}`,
    vi: `${minutes} phút`,
  }),
  editThenCheck: (place: string, task: string): Text => ({
    en: `edit ${place}, then npm run check ${task}`,
    vi: `sửa ${place}, rồi npm run check ${task}`,
  }),
  hintTitle: (number: number, of: number): Text => ({
    en: `Hint ${number} of ${of}`,
    vi: `Gợi ý ${number} trên ${of}`,
  }),
  keys: {
    hint: { en: 'hint', vi: 'gợi ý' },
    live: { en: 'live', vi: 'xem chạy' },
    all: { en: 'all', vi: 'tất cả' },
    first: { en: 'first only', vi: 'chỉ mục đầu' },
    docs: { en: 'docs', vi: 'bài đọc' },
    next: { en: 'next task', vi: 'bài tiếp' },
    quit: { en: 'quit', vi: 'thoát' },
  },
} as const
