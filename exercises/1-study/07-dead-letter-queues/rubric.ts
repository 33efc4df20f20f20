/** The points that the decisions of study-07 are evaluated by: which error goes where, and why. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

export const decisions: Rubric = {
  item: 'study-07.8',
  file: 'NOTES.md',
  text: text(
    'NOTES.md decides for each kind of error between trying again at once, later, and the DLQ, and says why',
    'NOTES.md quyết định cho từng loại lỗi: thử lại ngay, thử lại sau, hay vào DLQ, và nói vì sao',
  ),
  sections: [
    {
      heading: text('Retry or DLQ', 'Retry hay DLQ'),
      ask: text(
        'for each kind of error where the message goes and why, what happens when the limit is reached, and what must be known of a message in the DLQ',
        'với từng loại lỗi: message đi đâu và vì sao, hết giới hạn thì sao, và phải biết gì về một message nằm trong DLQ',
      ),
      wordsMin: 80,
      points: [
        {
          asks: text(
            'what to do with a message that can never be processed',
            'làm gì với message không bao giờ xử lý được',
          ),
          needs: [
            [
              'unreadable',
              'malformed',
              'broken',
              'invalid',
              'permanent',
              'never',
              'schema',
              'parse',
              'không đọc',
              'sai định dạng',
              'vĩnh viễn',
              'không hợp lệ',
              'không bao giờ',
            ],
            ['dlq', 'dead letter', 'dead-letter'],
            [
              'first',
              'at once',
              'immediately',
              'straight',
              'without retry',
              'no retry',
              'ngay',
              'lần đầu',
              'không retry',
              'không thử lại',
            ],
          ],
        },
        {
          asks: text(
            'what to do when the other side is busy or down',
            'làm gì khi phía bên kia bận hoặc sập',
          ),
          needs: [
            [
              'busy',
              'down',
              'unavailable',
              'timeout',
              '503',
              'connection',
              'transient',
              'temporary',
              'locked',
              'bận',
              'sập',
              'mất kết nối',
              'tạm thời',
            ],
            ['delay', 'later', 'wait', 'backoff', 'seconds', 'minutes', 'chờ', 'sau', 'giây', 'phút', 'trễ'],
          ],
        },
        {
          asks: text('when trying again at once makes sense', 'khi nào nên thử lại ngay'),
          needs: [
            ['at once', 'immediately', 'right away', 'without delay', 'ngay', 'lập tức'],
            [
              'deadlock',
              'conflict',
              'lock',
              'version',
              'race',
              'serialization',
              'optimistic',
              'xung đột',
              'khoá',
              'phiên bản',
            ],
          ],
        },
        {
          asks: text('what happens when the attempts are used up', 'hết lượt thử thì sao'),
          needs: [
            ['attempts', 'limit', 'times', 'retries', 'lần', 'giới hạn', 'lượt'],
            ['dlq', 'dead letter', 'dead-letter'],
            ['after', 'then', 'when', 'once', 'used up', 'last', 'sau', 'hết', 'cuối', 'thì'],
          ],
        },
        {
          asks: text('where the attempts are counted', 'số lần thử được đếm ở đâu'),
          needs: [
            ['count', 'counter', 'attempts', 'đếm', 'số lần'],
            ['header', 'x-death', 'x-delivery-count', 'table', 'database', 'broker', 'message', 'bảng'],
            ['restart', 'crash', 'survive', 'memory', 'khởi động lại', 'sập', 'bộ nhớ', 'mất'],
          ],
        },
        {
          asks: text(
            'what a message in the DLQ must carry so that somebody can act on it',
            'message trong DLQ phải mang theo gì để người ta xử lý được',
          ),
          needs: [
            ['reason', 'error', 'origin', 'queue', 'why', 'lý do', 'lỗi gì', 'nguồn', 'từ queue'],
            [
              'header',
              'carries',
              'carry',
              'with it',
              'stored',
              'recorded',
              'know',
              'kèm',
              'ghi',
              'mang',
              'biết',
            ],
          ],
        },
      ],
      wrong: [
        {
          says: [
            ['delivery limit', 'delivery-limit', 'x-delivery-limit'],
            ['3', 'three', 'ba'],
            [
              'three deliveries',
              '3 deliveries',
              'delivered three times',
              'delivered 3 times',
              'ba lần giao',
              'giao 3 lần',
              'giao ba lần',
            ],
          ],
          why: text(
            'a limit of 3 means three returns, so four deliveries',
            'limit 3 là ba lần trả về, tức bốn lần giao',
          ),
        },
        {
          says: [
            ['dead letter exchange', 'dlx', 'dead-letter exchange'],
            ['keeps', 'stores', 'holds', 'giữ', 'lưu'],
          ],
          why: text(
            'an exchange keeps nothing; without a queue bound under the right key the message is gone',
            'exchange không giữ gì; không có queue bind đúng key thì message mất',
          ),
        },
        {
          says: [
            ['new id', 'fresh id', 'another id', 'id mới', 'id khác'],
            ['redrive', 'send again', 'sent again', 'send back', 'republish', 'gửi lại', 'gửi trả'],
          ],
          why: text(
            'under a new id the consumer can’t tell that it has booked the message before',
            'với id mới, consumer không biết mình đã ghi sổ message đó rồi',
          ),
        },
      ],
    },
  ],
}
