/** The words of the frame that every page stands in. */
import { text } from '#lab/verdict/language'

export const frameTexts = {
  skip: text('Skip to the content', 'Tới nội dung chính'),
  pages: text('Pages', 'Các trang'),
  progress: text('Progress', 'Tiến độ'),
  live: text('Live lab', 'Xem chạy'),
  explorer: text('Explorer', 'Explorer'),
  results: text('Results', 'Kết quả đo'),
  quiz: text('Knowledge check', 'Kiểm tra kiến thức'),
  dlq: text('Dead letters', 'Dead letter'),
  language: text('Language', 'Ngôn ngữ'),
  theme: text('Colours', 'Màu nền'),
  themes: {
    auto: text('as the system', 'theo hệ thống'),
    light: text('light', 'sáng'),
    dark: text('dark', 'tối'),
  },
  keys: text('Keys', 'Phím tắt'),
  keysHelp: text(
    'Every button shows its key. These work outside of text fields.',
    'Nút nào cũng ghi phím của nó. Phím tắt không tác dụng khi con trỏ ở trong ô nhập.',
  ),
  keysOn: text('Keys are on', 'Đang bật phím tắt'),
  close: text('Close', 'Đóng'),
  filter: text('Filter', 'Lọc'),
  filterHint: text('type to filter', 'gõ để lọc'),
  copy: text('copy', 'chép'),
  copied: text('copied', 'đã chép'),
  gone: text(
    'The dashboard does not answer. What you see is from before; it is tried again by itself. To start it: npm run dashboard',
    'Dashboard không trả lời. Nội dung đang hiển thị là từ trước đó; trang sẽ tự thử lại. Để khởi động: npm run dashboard',
  ),
  notThere: text('There is no such page.', 'Không có trang này.'),
  badForm: text(
    'This form can’t be read, so nothing was done.',
    'Không đọc được biểu mẫu này, nên không có gì được thực hiện.',
  ),
  brokersToCome: text('Brokers that a run starts', 'Broker mà lượt chạy sẽ khởi động'),
  brokersMet: (seed: number) =>
    text(`Brokers of the latest run, seed ${seed}`, `Broker của lượt chạy gần nhất, seed ${seed}`),
  reflection: text('Reflection', 'Nhìn lại'),
  next: text('Next', 'Tiếp theo'),
  stop: text('stop', 'dừng'),
  check: text('check', 'kiểm tra'),
  running: text('running …', 'đang chạy …'),
  planned: text('not written yet', 'chưa viết'),
  task: text('Task', 'Bài'),
  show: text('show', 'xem'),
  engine: text('Engine', 'Engine'),
} as const
