/** What a broker printed last, told of one that did not start, or that ended without being told to. */
import type { Sentence } from './engine-error.ts'

/** How many lines of a log are told. */
export const LOG_LINES = 15

export const how = {
  endedWhileStarting: { en: 'ended while it started', vi: 'dừng ngay lúc khởi động' },
  wasNotReadyIn: (seconds: number): Sentence => ({
    en: `was not ready in ${seconds} s`,
    vi: `chưa sẵn sàng sau ${seconds} giây`,
  }),
  /** @param end such as `SIGKILL` or `exit code 1` */
  ended: (end: string): Sentence => ({
    en: `ended without being told to (${end})`,
    vi: `tự kết thúc dù không ai yêu cầu (${end})`,
  }),
} as const

/** @param who such as `the RabbitMQ 4.0.5 in /`. @param lines of its log; the last are told */
export function lastWords(who: Sentence | string, what: Sentence, lines: readonly string[]): Sentence {
  const name = typeof who === 'string' ? { en: who, vi: who } : who
  const log = lines.slice(-LOG_LINES).join('\n')
  if (log === '') return { en: `${name.en} ${what.en}`, vi: `${name.vi} ${what.vi}` }
  return {
    en: `${name.en} ${what.en}; the end of its log:\n${log}`,
    vi: `${name.vi} ${what.vi}; phần cuối log:\n${log}`,
  }
}
