/** What NOTES.md of failure-08 has to say: the results by outcome and reason, the way back, and a surprise. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Results', 'Kết quả'),
      ask: text(
        'a table of the messages by outcome and by reason: how many went in, where they are, how often each kind was attempted',
        'một bảng số message theo kết cục và theo lý do: vào bao nhiêu, đang ở đâu, mỗi loại được thử mấy lần',
      ),
      wordsMin: 40,
      tableRowsMin: 3,
      mentions: [
        {
          oneOf: ['processed', 'booked', 'đã xử lý', 'ghi sổ'],
          why: text('what went well counts as well', 'phần chạy tốt cũng phải được tính'),
        },
        {
          oneOf: ['dlq', 'dead'],
          why: text('say where the others are', 'nói rõ phần còn lại ở đâu'),
        },
        {
          oneOf: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          why: text('results are figures', 'kết quả là những con số'),
        },
      ],
    },
    {
      heading: text('The way back', 'Đường quay về'),
      ask: text(
        'what has to be true before a message is sent back, what it carries along, what it does not, and when it is enough',
        'điều gì phải đúng thì mới gửi lại, message mang theo gì, bỏ lại gì, và bao nhiêu lần thì thôi',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: [
            'same id',
            'message id',
            'its id',
            'its own id',
            'the id',
            'old id',
            'cùng id',
            'giữ nguyên id',
            'id cũ',
            'đúng id',
            'id của nó',
          ],
          why: text('a message sent back is still the same message', 'message gửi lại vẫn là message đó'),
        },
        {
          oneOf: ['confirm', 'ack'],
          why: text(
            'the order of the two steps decides what a crash does',
            'thứ tự hai bước quyết định crash thì sao',
          ),
        },
        {
          oneOf: ['order', 'thứ tự'],
          why: text(
            'something is lost on the way, however careful one is',
            'có một thứ mất dọc đường, dù cẩn thận đến đâu',
          ),
        },
      ],
    },
    {
      heading: text('What I did not expect', 'Điều tôi không ngờ'),
      ask: text(
        'something that a run showed you, and what you would change',
        'điều mà một lần chạy cho bạn thấy, và bạn sẽ đổi gì',
      ),
      wordsMin: 30,
    },
  ],
}
