/** What NOTES.md of failure-06 has to say: a class for each error, where the count lives, and what follows from an alert. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Which errors are permanent', 'Lỗi nào là vĩnh viễn'),
      ask: text(
        'a table of errors: which are permanent, which may pass, and what becomes of the message',
        'một bảng các lỗi: lỗi nào vĩnh viễn, lỗi nào có thể qua đi, và message đi về đâu',
      ),
      wordsMin: 50,
      tableRowsMin: 3,
      mentions: [
        {
          oneOf: ['permanent', 'never', 'vĩnh viễn', 'không bao giờ'],
          why: text('some errors deserve no second attempt', 'có lỗi không đáng thử lần thứ hai'),
        },
        {
          oneOf: [
            'retry',
            'retries',
            'retried',
            'again',
            'attempt',
            'tried',
            'requeue',
            'back into',
            'thử',
            'lần nữa',
            'trả về',
            'trả lại',
            'trở lại',
          ],
          why: text('others may pass', 'lỗi khác thì có thể qua đi'),
        },
      ],
    },
    {
      heading: text('What a restart remembers', 'Khởi động lại thì còn nhớ gì'),
      ask: text(
        'where the number of attempts is kept, what it counts when the consumer dies, and what that costs others',
        'số lần thử nằm ở đâu, consumer chết thì nó tính thế nào, và message bên cạnh phải trả giá gì',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: [
            'delivery-count',
            'delivery count',
            'delivery limit',
            'header',
            'database',
            'queue',
            'broker',
          ],
          why: text('the count has to live somewhere', 'số lần thử phải nằm ở đâu đó'),
        },
        {
          oneOf: ['prefetch', 'innocent', 'good', 'unacked', 'message tốt', 'chưa ack'],
          why: text(
            'a consumer that dies gives back everything it holds',
            'consumer chết thì mọi message nó đang giữ đều quay lại',
          ),
        },
      ],
    },
    {
      heading: text('Who acts on the alert', 'Có cảnh báo thì ai làm gì'),
      ask: text(
        'who is told, what they look at, what they do for each reason, and when the alert is over',
        'ai được báo, họ xem gì, với mỗi lý do thì làm gì, và khi nào cảnh báo kết thúc',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['reason', 'lý do'],
          why: text('what to do depends on what killed it', 'làm gì là tuỳ cái gì đã giết nó'),
        },
        {
          oneOf: [
            'resolve',
            'empty',
            'over',
            'ends',
            'zero',
            'drained',
            'cleared',
            'hết',
            'trống',
            'về 0',
            'tắt',
            'không còn',
          ],
          why: text('an alert has an end', 'cảnh báo nào cũng phải có lúc kết thúc'),
        },
      ],
    },
  ],
}
