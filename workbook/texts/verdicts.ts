/** What the workbook says when a test could not speak for itself. */
import type { Text } from '#lab/verdict'
import { formatMs } from '#lab/verdict/language'

export const verdictTexts = {
  noTest: (item: string): Text => ({
    en: `No test spoke for ${item}, so it was not proven.`,
    vi: `Không có test nào chấm ${item}, nên mục này chưa được chứng minh.`,
  }),
  noVerdict: {
    en: 'The test ended without a verdict, so nothing was proven.',
    vi: 'Test kết thúc mà không đưa ra kết luận, nên chưa chứng minh được gì.',
  },
  skipped: {
    en: 'The test was skipped, so nothing was proven.',
    vi: 'Test bị bỏ qua, nên chưa chứng minh được gì.',
  },
  workerEnded: {
    en: 'The process that ran your code ended while this was being judged.',
    vi: 'Process chạy code của bạn đã chết trong lúc mục này đang được chấm.',
  },
  notStarted: {
    en: 'The process that was to run your code did not start in time, so nothing was judged. Try again when the computer does less other work.',
    vi: 'Process để chạy code của bạn không khởi động kịp, nên chưa chấm gì. Hãy thử lại lúc máy bớt việc khác.',
  },
  notReached: (endedAt: string): Text => ({
    en: `Not judged: the run ended at ${endedAt}.`,
    vi: `Chưa chấm được: lượt chạy đã dừng ở ${endedAt}.`,
  }),
  deadline: (ms: number): Text => ({
    en: `Not done after ${formatMs(ms, 'en')}, so the run was ended. Look for a loop that never ends, or a wait for something that never comes.`,
    vi: `Sau ${formatMs(ms, 'vi')} vẫn chưa xong nên lượt chạy bị dừng. Hãy tìm vòng lặp không có điểm dừng, hoặc chỗ chờ một việc không bao giờ đến.`,
  }),
  tooBusy: (ms: number): Text => ({
    en: `Not done after ${formatMs(ms, 'en')} on a computer that does much other work, so the run was ended and nothing was judged. Try again when it is quieter, or one item at a time.`,
    vi: `Sau ${formatMs(ms, 'vi')} vẫn chưa xong, nhưng máy đang bận nhiều việc khác, nên lượt chạy bị dừng mà chưa chấm gì. Hãy thử lại lúc máy rảnh hơn, hoặc chạy từng mục một.`,
  }),
  timeout: (ms: number): Text => ({
    en: `Nothing came within ${formatMs(ms, 'en')}: something that is waited for never happened.`,
    vi: `Không có gì xảy ra trong ${formatMs(ms, 'vi')}: điều đang được chờ đã không bao giờ đến.`,
  }),
  processExit: (code: string): Text => ({
    en: `Your code called process.exit(${code}), which ends everything around it too. Return, or throw an error.`,
    vi: `Code của bạn gọi process.exit(${code}), làm chết luôn mọi thứ xung quanh. Hãy return, hoặc throw một lỗi.`,
  }),
  syntax: (message: string): Text => ({
    en: `Node can't load the file: ${withPoint(message)}`,
    vi: `Node không nạp được file: ${withPoint(message)}`,
  }),
  threw: (message: string): Text => ({
    en: `Your code threw an error: ${withPoint(message)}`,
    vi: `Code của bạn ném ra lỗi: ${withPoint(message)}`,
  }),
  endedWith: (message: string): Text => ({
    en: `The check ended with an error: ${withPoint(message)}`,
    vi: `Lượt kiểm tra dừng vì lỗi: ${withPoint(message)}`,
  }),
  unawaited: (message: string): Text => ({
    en: `A promise was rejected that nobody awaits: ${withPoint(message)}`,
    vi: `Một promise bị reject mà không ai await: ${withPoint(message)}`,
  }),
  typesRefused: (message: string, more: number): Text => ({
    en: `The type check refuses it: ${withPoint(message)}${more > 0 ? ` (${more} more)` : ''}`,
    vi: `Không qua được kiểm tra kiểu: ${withPoint(message)}${more > 0 ? ` (còn ${more} lỗi nữa)` : ''}`,
  }),
} as const

function withPoint(message: string): string {
  return /[.?]$/.test(message) ? message : `${message}.`
}
