/** What SAGA.md of design-04 has to say: the steps, the way back, failures, and what is on disk. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'SAGA.md',
  sections: [
    {
      heading: text('The steps', 'Các bước'),
      ask: text(
        'a table with a row for each of the four steps: class, key, how long, how often, how it is undone',
        'một bảng, bốn bước bốn dòng: loại, key, chờ bao lâu, đòi mấy lần, bù trừ thế nào',
      ),
      wordsMin: 60,
      tableRowsMin: 4,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: ['pivot'],
          why: text('say where the point of no return is', 'nêu đâu là điểm không quay lại'),
        },
        {
          oneOf: ['key', 'payment_id'],
          why: text('a command comes more than once', 'lệnh nào cũng có thể tới nhiều lần'),
        },
      ],
    },
    {
      heading: text('The states', 'Các trạng thái'),
      ask: text('the drawing, and what to look at first', 'hình vẽ, và nhìn vào đâu trước'),
      wordsMin: 30,
    },
    {
      heading: text('When a step fails', 'Khi một bước hỏng'),
      ask: text(
        'where a refusal, a timeout and an unknown outcome lead, before and after the pivot, and what a late answer does',
        'bị từ chối, timeout và không rõ kết quả thì dẫn đến đâu, trước và sau pivot, và trả lời muộn thì sao',
      ),
      wordsMin: 100,
      mentions: [
        {
          oneOf: ['unknown', 'không rõ', 'chưa rõ'],
          why: text('no answer is not a no', 'không trả lời không có nghĩa là không'),
        },
        {
          oneOf: ['late', 'muộn', 'trễ'],
          why: text(
            'an answer may come after the saga turned back',
            'trả lời có thể tới sau khi saga đã quay đầu',
          ),
        },
        {
          oneOf: ['reverse', 'backwards', 'ngược'],
          why: text('the order of the way back', 'thứ tự của đường về'),
        },
        {
          oneOf: ['alert', 'person', 'page', 'operator', 'cảnh báo', 'người trực', 'con người'],
          why: text('a compensation can fail, too', 'bù trừ cũng có thể hỏng'),
        },
      ],
    },
    {
      heading: text('What is on disk', 'Những gì nằm trên đĩa'),
      ask: text(
        'what is stored, in which transaction, and how the saga resumes after a crash before, in and after it',
        'lưu những gì, trong transaction nào, và sau crash trước, trong, sau transaction đó saga chạy tiếp thế nào',
      ),
      wordsMin: 80,
      mentions: [
        {
          oneOf: ['transaction', 'commit'],
          why: text('state and message belong together', 'trạng thái và message phải đi cùng nhau'),
        },
        {
          oneOf: ['deadline', 'timeout', 'thời hạn', 'hạn'],
          why: text('a timer does not survive a crash', 'timer không sống qua crash'),
        },
        {
          oneOf: ['again', 'redeliver', 'twice', 'lại', 'hai lần'],
          why: text('what was not acknowledged comes again', 'cái chưa ack sẽ tới lại'),
        },
      ],
    },
  ],
}
