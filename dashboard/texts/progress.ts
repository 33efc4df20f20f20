/** The words of the progress page. */
import { formatNumber, text } from '#lab/verdict/language'

const both = (value: number) => [formatNumber(value, 'en'), formatNumber(value, 'vi')] as const

export const progressTexts = {
  week: text('Week 7', 'Tuần 7'),
  verifiedOf: (verified: number, total: number) =>
    text(`${both(verified)[0]} of ${total} verified`, `${both(verified)[1]} trên ${total} đã kiểm chứng`),
  claimed: (count: number) => text(`${count} claimed`, `${count} tự đánh dấu`),
  stale: (count: number) => text(`${count} stale`, `${count} đã cũ`),
  changed: (files: string, count: number) =>
    text(`${files} changed: ${count} stale`, `${files} đã sửa: ${count} đã cũ`),
  open: (count: number) => text(`${count} open`, `${count} chưa làm`),
  openTask: text('open', 'mở'),
  parts: text('Parts', 'Các phần'),
  tasks: text('Tasks, in the order of the path', 'Các bài, theo lộ trình'),
  provenBy: text('proven by', 'chứng minh bằng'),
  tick: text('tick', 'đánh dấu'),
  untick: text('untick', 'bỏ dấu'),
  ticked: text('ticked by you', 'bạn đã đánh dấu'),
  minutes: (minutes: number) => text(`${minutes} min`, `${minutes} phút`),
  needs: (ids: string) => text(`after ${ids}`, `sau ${ids}`),
  showing: text('All states', 'Mọi trạng thái'),
  onlyOpen: text('Only what is left', 'Chỉ phần còn lại'),
  runs: (list: string) => text(`engine runs: ${list}`, `số lượt chạy theo engine: ${list}`),
} as const
