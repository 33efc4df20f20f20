/** What NOTES.md of mq-04 has to say: the way of a failing message, what it survives, and what a person finds. */
import { type DocumentRules, sayingTwice } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('The way of a failing message', 'Đường đi của một message lỗi'),
      ask: text(
        'a table of its stops: queue, how long, which attempt, what moves it on, where it ends',
        'một bảng các chặng: queue nào, bao lâu, lần thử thứ mấy, cái gì đẩy nó đi tiếp, kết thúc ở đâu',
      ),
      wordsMin: 50,
      tableRowsMin: 5,
      mentions: [
        {
          oneOf: ['ttl', 'expire', 'hết hạn'],
          why: text('something ends the wait', 'phải có thứ kết thúc khoảng chờ'),
        },
        { oneOf: ['dlq'], why: text('the way has an end', 'con đường phải có điểm cuối') },
        {
          oneOf: ['4', 'four', 'bốn'],
          why: text('say how many attempts there are', 'nói rõ có mấy lần thử'),
        },
      ],
    },
    {
      heading: text('What it survives', 'Nó sống sót qua những gì'),
      ask: text(
        'a kill between handing on and acknowledging, who counts the attempts, and a consumer that is away for long',
        'bị kill giữa lúc chuyển đi và lúc ack, ai đếm số lần thử, và consumer vắng mặt lâu thì sao',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: sayingTwice,
          why: text('publish before ack has a price', 'publish trước rồi ack có cái giá của nó'),
        },
        {
          // In a header, in a table, or in the queue that it comes from: wherever it is, it is named.
          oneOf: ['header', 'x-death', 'x-attempt', 'count', 'table', 'database', 'đếm', 'bảng'],
          why: text('the count has to live somewhere', 'số lần thử phải nằm ở đâu đó'),
        },
      ],
    },
    {
      heading: text('When a person has to look', 'Khi phải có người xem'),
      ask: text(
        'what is on record, who reads it, and what must be true before a message is sent again',
        'ghi lại những gì, ai đọc, và điều gì phải đúng thì mới được gửi lại',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['reason', 'lý do'],
          why: text('they need to know what killed it', 'họ cần biết cái gì giết nó'),
        },
        {
          oneOf: ['same id', 'message id', 'cùng id', 'redrive', 'send again', 'sent again', 'gửi lại'],
          why: text('a message sent again is still the same message', 'message gửi lại vẫn là message đó'),
        },
      ],
    },
  ],
}
