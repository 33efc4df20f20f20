/** What NOTES.md of mq-07 has to say: the line that commits, what is read again, and the way of a broken record. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('When it commits', 'Commit lúc nào'),
      ask: text(
        'where the record is given up for good, what has happened before, which offset is named, and who commits',
        'ở đâu record được coi là xong hẳn, trước đó đã xảy ra gì, commit offset nào, và ai commit',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['+ 1', '+1', 'plus one', 'next offset', 'offset tiếp theo', 'cộng 1', 'cộng một'],
          why: text(
            'which offset is committed decides what is read next',
            'commit offset nào thì lần sau đọc từ đó',
          ),
        },
        {
          oneOf: ['autocommit', 'auto-commit', 'automatic', 'tự động'],
          why: text('who commits is a choice', 'ai commit là do bạn chọn'),
        },
      ],
    },
    {
      heading: text('What is read again', 'Đọc lại những gì'),
      ask: text(
        'a table of moments at which the process dies: what is committed, what is read again, what the books say',
        'một bảng các thời điểm process chết: đã commit gì, đọc lại gì, sổ cái ra sao',
      ),
      wordsMin: 40,
      tableRowsMin: 3,
      mentions: [
        {
          oneOf: ['repeated', 'twice', 'again', 'hai lần', 'lại'],
          why: text('what is read again must not be booked again', 'thứ đọc lại không được ghi sổ lần nữa'),
        },
      ],
    },
    {
      heading: text('What happens to a broken record', 'Record hỏng thì sao'),
      ask: text(
        'where it ends, what its partition does meanwhile, and what if the dead-letter topic cannot be reached',
        'nó kết thúc ở đâu, trong lúc đó partition làm gì, và nếu không gửi được vào topic dead letter thì sao',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['dead', 'dlt', 'dlq'],
          why: text('somebody has to be able to find it', 'phải có chỗ để người ta tìm lại nó'),
        },
        {
          oneOf: ['partition'],
          why: text(
            'one partition goes on one record after another',
            'mỗi partition đi lần lượt từng record',
          ),
        },
      ],
    },
  ],
}
