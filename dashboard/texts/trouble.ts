/** The words of what goes wrong, and what to do next. */
import { text } from '#lab/verdict/language'

export const troubleTexts = {
  notFound: text('Nothing is here', 'Không có gì ở đây'),
  notDone: text('That was not done', 'Việc này chưa thực hiện được'),
  ours: text('The dashboard made a mistake', 'Dashboard gặp lỗi'),
  broken: (reason: string) =>
    text(
      `It could not do this, and nothing of yours was changed: ${reason}`,
      `Dashboard không làm được việc này, và không có gì của bạn bị thay đổi: ${reason}`,
    ),
  again: text('Try it again', 'Thử lại'),
  restart: text(
    'Where that does not help, end it by Ctrl-C in its terminal, which shows the whole error, and start it again:',
    'Nếu vẫn vậy, nhấn Ctrl-C trong terminal của dashboard (ở đó có toàn bộ lỗi) rồi khởi động lại:',
  ),
  before: text('Back to the page before', 'Về trang trước'),
  tasks: text('All tasks, with their progress', 'Mọi bài, cùng tiến độ'),
} as const
