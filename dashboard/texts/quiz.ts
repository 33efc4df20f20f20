/** The words of the knowledge check. */
import { text } from '#lab/verdict/language'

export const quizTexts = {
  about: text(
    'One question at a time. A wrong answer tells what would have to be true for it; what was missed comes again.',
    'Mỗi lần một câu. Câu trả lời sai cho biết điều gì phải đúng thì nó mới đúng; câu nào sai sẽ được hỏi lại.',
  ),
  lessons: text('Lessons', 'Các bài học'),
  all: text('all lessons', 'mọi bài học'),
  yours: text('Your answer', 'Câu trả lời của bạn'),
  answer: text('answer', 'trả lời'),
  nextQuestion: text('next question', 'câu tiếp theo'),
  again: text('all of them once more', 'làm lại tất cả'),
  place: (line: string) => text(`place of: ${line}`, `vị trí của: ${line}`),
  order: text('Number the lines in their order.', 'Đánh số các dòng theo đúng thứ tự.'),
  trace: text(
    'Number the lines that happen in their order; leave empty what never happens.',
    'Đánh số những dòng có xảy ra theo đúng thứ tự; dòng không bao giờ xảy ra thì để trống.',
  ),
  number: text('A number', 'Một con số'),
  run: text('A run that shows it', 'Một lượt chạy cho thấy điều đó'),
  gone: text(
    'This question is no longer the one that waits. Here is one.',
    'Câu hỏi này không còn là câu đang chờ. Đây là một câu khác.',
  ),
  isNone: text('That is no answer to this question.', 'Câu hỏi này không trả lời như vậy.'),
} as const
