/** The words of the explorer's page. */
import { text } from '#lab/verdict/language'

export const explorerTexts = {
  about: text(
    'Your code is crashed just before and just after every message of a run. One cell is one run; choose one to see what happened in it.',
    'Code của bạn bị làm sập ngay trước và ngay sau từng message của một lượt chạy. Mỗi ô là một lượt; chọn một ô để xem diễn biến.',
  ),
  crash: text('What crashes', 'Cái gì sập'),
  crashes: {
    subject: text('your process', 'process của bạn'),
    broker: text('the broker', 'broker'),
    connection: text('the connection', 'kết nối'),
  },
  whose: text('Whose code', 'Code của ai'),
  mine: text('yours', 'của bạn'),
  reference: text('the reference', 'lời giải mẫu'),
  wrong: text('wrong solutions', 'các lời giải sai'),
  start: text('explore', 'dò'),
  strip: text('The runs, in the order of the moments', 'Các lượt chạy, theo thứ tự thời điểm'),
  states: {
    planned: text('not played yet', 'chưa chạy'),
    held: text('held', 'giữ được'),
    broken: text('broken', 'hỏng'),
    unreached: text('the run never came to this moment', 'không chạy tới thời điểm này'),
    inconclusive: text('could not be judged', 'không đánh giá được'),
  },
  none: text('Nothing was explored yet.', 'Chưa dò lần nào.'),
  counter: text('The shortest run that breaks the promise', 'Lượt chạy ngắn nhất làm hỏng lời hứa'),
  replay: text('play this one alone', 'chỉ chạy lại lượt này'),
  showing: (moment: string) => text(`crashed at ${moment}`, `làm sập tại ${moment}`),
  noTrace: text('Nothing of this run was kept.', 'Lượt này không được giữ lại.'),
  noTasks: text('No task can be explored.', 'Chưa có bài nào dò được.'),
} as const
