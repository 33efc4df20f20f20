/** The words of the page of dead letters. */
import { formatNumber, text } from '#lab/verdict/language'

export const dlqPageTexts = {
  about: text(
    'What lies in a dead letter queue of a RabbitMQ. Looking takes the messages for a moment and puts them back, so it happens only when you ask for it.',
    'Trong dead letter queue của một RabbitMQ có gì. Mỗi lần xem là lấy message ra trong chốc lát rồi trả lại, nên chỉ xem khi bạn yêu cầu.',
  ),
  broker: text('RabbitMQ', 'RabbitMQ'),
  queue: text('Queue', 'Queue'),
  look: text('look', 'xem'),
  notLooked: text('Nothing has been looked at yet.', 'Chưa xem queue nào.'),
  noneRuns: text('A broker for trying out:', 'Broker để thử:'),
  select: (id: string) => text(`select ${id}`, `chọn ${id}`),
  selectAll: text('all', 'tất cả'),
  preview: text('What would happen', 'Điều sẽ xảy ra'),
  redrive: text('send back to work', 'gửi lại'),
  drop: text('drop', 'xóa'),
  applyRedrive: text('send them back now', 'gửi lại ngay'),
  applyDrop: text('drop them now', 'xóa ngay'),
  chooseFirst: text('Select at least one message.', 'Chọn ít nhất một message.'),
  done: text('Done', 'Đã làm'),
  gone: (count: number) =>
    text(
      `${count} of the selected are not in the queue any more.`,
      `${count} message đã chọn không còn trong queue.`,
    ),
  headers: text('headers', 'header'),
  body: (bytes: number, shown: number) =>
    text(
      shown < bytes
        ? `body, the first ${formatNumber(shown, 'en')} of ${formatNumber(bytes, 'en')} bytes`
        : `body, ${formatNumber(bytes, 'en')} bytes`,
      shown < bytes
        ? `nội dung, ${formatNumber(shown, 'vi')} trên ${formatNumber(bytes, 'vi')} byte đầu`
        : `nội dung, ${formatNumber(bytes, 'vi')} byte`,
    ),
  content: text('content', 'nội dung'),
  shownFirst: (shown: number, all: number) =>
    text(`the first ${shown} of ${all}`, `${shown} message đầu trên ${all}`),
} as const
