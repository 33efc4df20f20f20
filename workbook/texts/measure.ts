/** The words of `measure`. */
import type { Text } from '#lab/verdict'

export const measureTexts = {
  start: (id: string, whose: Text): Text => ({
    en: `measuring ${id} (${whose.en}) on embedded …`,
    vi: `đang đo ${id} (${whose.vi}) trên embedded …`,
  }),
  notThere: (id: string): Text => ({
    en: `${id} has nothing to measure.`,
    vi: `${id} không có gì để đo.`,
  }),
  kept: (file: string, chart: string): Text => ({
    en: `kept in ${file}, drawn in ${chart}`,
    vi: `đã lưu vào ${file}, biểu đồ ở ${chart}`,
  }),
  trouble: (reason: string): Text => ({
    en: `Nothing was measured: ${reason}`,
    vi: `Không đo được gì: ${reason}`,
  }),
} as const
