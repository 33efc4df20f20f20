/** The words of `measure`. */
import type { Text } from '#lab/verdict'

export const measureTexts = {
  start: (id: string, whose: Text, engine: string): Text => ({
    en: `measuring ${id} (${whose.en}) on ${engine} …`,
    vi: `đang đo ${id} (${whose.vi}) trên ${engine} …`,
  }),
  printed: (file: string): Text => ({
    en: `${file} is printed from the figures of the references`,
    vi: `${file} được in từ số liệu của các lời giải mẫu`,
  }),
  notThere: (id: string): Text => ({
    en: `${id} has nothing to measure.`,
    vi: `${id} không có gì để đo.`,
  }),
  withoutBroker: (id: string): Text => ({
    en: `${id} is measured without any broker: engine= changes nothing there.`,
    vi: `${id} được đo mà không cần broker nào: engine= không thay đổi gì ở đây.`,
  }),
  kept: (file: string, charts: readonly string[]): Text => ({
    en: `kept in ${file}, drawn in ${charts.join(', ')}`,
    vi: `đã lưu vào ${file}, biểu đồ ở ${charts.join(', ')}`,
  }),
  proves: (items: readonly string[]): Text => ({
    en: `${items.join(', ')}: proven by ${items.length === 1 ? 'its figures' : 'their figures'}`,
    vi: `${items.join(', ')}: đã có số liệu chứng minh`,
  }),
  by: (items: readonly string[], task: string): Text => ({
    en: `${items.join(', ')}: proven by figures, npm run measure ${task}`,
    vi: `${items.join(', ')}: chứng minh bằng số liệu, npm run measure ${task}`,
  }),
  missing: (items: readonly string[], task: string): Text => ({
    en: `${items.join(', ')} ${items.length === 1 ? 'wants' : 'want'} a figure: npm run measure ${task}`,
    vi: `${items.join(', ')} còn cần số liệu: npm run measure ${task}`,
  }),
  trouble: (reason: string): Text => ({
    en: `Nothing was measured: ${reason}`,
    vi: `Không đo được gì: ${reason}`,
  }),
} as const
