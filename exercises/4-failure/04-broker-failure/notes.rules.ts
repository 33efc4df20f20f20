/** What NOTES.md of failure-04 has to say: the moments of an outage, what the producer holds, and the waits. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('From the loss to the first success', 'Từ lúc mất kết nối tới lần thành công đầu tiên'),
      ask: text(
        'a table of the moments: what producer and consumer each do at the loss, while the broker is away, when it is back',
        'một bảng các thời điểm: producer và consumer làm gì lúc mất, lúc broker vắng mặt, lúc nó trở lại',
      ),
      wordsMin: 60,
      tableRowsMin: 4,
      mentions: [
        { oneOf: ['tag'], why: text('old deliveries are void', 'các lần giao cũ không còn giá trị') },
        {
          oneOf: ['declare', 'topology', 'khai báo'],
          why: text(
            'the broker may come back without your queue',
            'broker có thể trở lại mà không có queue của bạn',
          ),
        },
        {
          oneOf: [
            ...[
              'same id',
              'its id',
              'its own id',
              'under the id',
              'keeps the id',
              'messageid',
              'message id',
              'event id',
            ],
            ...['cùng id', 'cùng một id', 'cùng message id', 'id cũ'],
            ...['nguyên id', 'giữ id', 'id không đổi'],
          ],
          why: text('what is sent again is the same message', 'cái gửi lại vẫn là message đó'),
        },
      ],
    },
    {
      heading: text('What the producer holds meanwhile', 'Trong lúc đó producer giữ gì'),
      ask: text(
        'what is in its memory, how much of it, what callers see, and what a kill of the producer would take along',
        'trong bộ nhớ có gì, nhiều nhất bao nhiêu, nơi gọi thấy gì, và producer bị kill lúc này thì mất gì',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['outbox', 'memory', 'bộ nhớ'],
          why: text('a buffer in memory is no durability', 'buffer trong bộ nhớ không phải là lưu bền'),
        },
        {
          oneOf: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          why: text('name the bound', 'nêu con số giới hạn'),
        },
      ],
    },
    {
      heading: text('Why it waits like this', 'Vì sao chờ như thế'),
      ask: text(
        'the first wait, the growth, the maximum, the jitter, and what a crowd of services would do without them',
        'lần chờ đầu, mức tăng, mức trần, jitter, và nếu không có chúng thì một đám service sẽ làm gì',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['jitter', 'random', 'drawn', 'ngẫu nhiên'],
          why: text('they all lost it at the same moment', 'tất cả cùng mất kết nối một lúc'),
        },
        { oneOf: ['ms', 'second', 'giây'], why: text('name the waits', 'nêu các khoảng chờ') },
      ],
    },
  ],
}
