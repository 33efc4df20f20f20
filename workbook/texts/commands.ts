/** One sentence on each command, for help, usage lines and the list of commands. */
import type { Text } from '#lab/verdict'

export const commandTexts = {
  exercise: {
    en: 'Opens the next task (or the one given), checks it, says what to do first, and checks again at every save.',
    vi: 'Mở bài tiếp theo (hoặc bài bạn chọn), kiểm tra, nói việc cần làm trước, và kiểm tra lại mỗi lần lưu.',
  },
  check: {
    en: 'Judges a task (mq-01), an item (mq-01.5) or a part (mq).',
    vi: 'Chấm một bài (mq-01), một mục (mq-01.5) hoặc một phần (mq).',
  },
  hint: {
    en: 'Opens one more hint of a task; "all" opens every hint.',
    vi: 'Mở thêm một gợi ý của bài; "all" mở hết.',
  },
  solution: {
    en: 'Compares your files with the reference, and lists other right answers.',
    vi: 'So file của bạn với lời giải mẫu, và liệt kê các cách đúng khác.',
  },
  reset: {
    en: 'Puts the starter back; your version is kept as a dated copy.',
    vi: 'Trả lại file khởi đầu; bản của bạn được giữ thành một bản sao có ghi ngày.',
  },
  list: {
    en: 'Shows every task on the path; a word narrows it.',
    vi: 'Liệt kê mọi bài theo lộ trình; thêm một từ để lọc.',
  },
  progress: {
    en: 'Shows what is verified, claimed, stale and open.',
    vi: 'Cho biết mục nào đã kiểm chứng, tự đánh dấu, đã cũ, chưa làm.',
  },
  doctor: {
    en: 'Says what this computer can do, and what is missing.',
    vi: 'Cho biết máy này làm được gì và còn thiếu gì.',
  },
  verify: {
    en: 'Proves that the tasks themselves keep their law.',
    vi: 'Chứng minh rằng chính các bài giữ đúng luật của chúng.',
  },
  bench: {
    en: 'Runs the benches of the project, or lists them.',
    vi: 'Chạy các bench của dự án, hoặc liệt kê chúng.',
  },
  docs: { en: 'Builds the reference pages of the code.', vi: 'Dựng trang tài liệu của mã nguồn.' },
  test: {
    en: 'Runs the tests of the project itself; "whole" runs whole programs, "soak" the long proofs, "real" compares with real brokers.',
    vi: 'Chạy test của chính dự án; "whole" chạy cả chương trình, "soak" chạy các phép thử dài, "real" đối chiếu với broker thật.',
  },
  help: { en: 'Explains the commands.', vi: 'Giải thích các lệnh.' },
  explore: {
    en: 'Crashes a subject at every point of the wire.',
    vi: 'Làm code crash tại từng điểm trên đường truyền.',
  },
  measure: { en: 'Measures the figures of a task.', vi: 'Đo các con số của một bài.' },
  quiz: {
    en: 'Asks the questions of a lesson; what was missed comes again.',
    vi: 'Đặt các câu hỏi của một bài học; câu nào sai sẽ được hỏi lại.',
  },
  answer: {
    en: 'Asks what is to be answered in sentences, shows what your answer covers, and a model answer once you have tried.',
    vi: 'Đưa ra câu hỏi cần trả lời bằng câu văn, cho thấy bạn đã nêu ý nào, và bài mẫu sau khi đã thử.',
  },
  rate: {
    en: 'Takes your ratings of yourself, and sets them beside what you have proven.',
    vi: 'Ghi lại điểm bạn tự chấm, đặt cạnh những gì bạn đã chứng minh.',
  },
  reflect: {
    en: 'Fills REFLECTION.md with your own traces and figures, and asks how confident you are.',
    vi: 'Điền sẵn REFLECTION.md bằng dấu vết và số liệu của chính bạn, và hỏi bạn tự tin tới đâu.',
  },
  brokers: { en: 'Starts and stops brokers of any engine.', vi: 'Bật và tắt broker của mọi engine.' },
  system: {
    en: 'Runs the payment system, takes payments over HTTP, and lets a storm loose on it.',
    vi: 'Chạy hệ thống thanh toán, nhận thanh toán qua HTTP, và thả một cơn bão vào nó.',
  },
  dlq: {
    en: 'Shows what is in a dead letter queue, and sends it back to work or removes it; a dry run first.',
    vi: 'Cho xem trong dead letter queue có gì, gửi lại hoặc xóa; luôn chạy thử trước.',
  },
  dashboard: { en: 'Shows all of this in the browser.', vi: 'Hiển thị mọi thứ trên trình duyệt.' },
} as const satisfies Record<string, Text>
