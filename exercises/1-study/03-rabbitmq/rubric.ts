/** What the comparison of study-03 has to hold: a table of facts, and what decides for one of the two. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

const praise = {
  says: [
    [
      'more scalable',
      'more powerful',
      'more modern',
      'more reliable',
      'simply better',
      'mạnh hơn',
      'hiện đại hơn',
      'xịn hơn',
      'scale tốt hơn',
      'đáng tin hơn',
    ],
  ],
  why: text(
    'praise compares nothing: name what can be observed, such as what caps the parallelism',
    'khen thì không so sánh được gì: hãy nêu điều quan sát được, ví dụ cái gì giới hạn số việc chạy song song',
  ),
}

export const comparison: Rubric = {
  item: 'study-03.9',
  file: 'NOTES.md',
  text: text(
    'NOTES.md compares RabbitMQ and Kafka by facts and ends in those which decide for one of them',
    'NOTES.md so sánh RabbitMQ với Kafka bằng dữ kiện và kết lại ở những điều buộc phải chọn một trong hai',
  ),
  sections: [
    {
      heading: text('RabbitMQ beside Kafka', 'RabbitMQ đặt cạnh Kafka'),
      ask: text(
        'a table of three columns and at least six rows: what to look at, RabbitMQ, Kafka',
        'bảng ba cột, ít nhất sáu dòng: nhìn vào cái gì, RabbitMQ, Kafka',
      ),
      wordsMin: 50,
      tableRowsMin: 6,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['ack'],
          why: text(
            'what makes a message go away is the first difference',
            'điều gì làm message mất đi là khác biệt đầu tiên',
          ),
        },
        {
          oneOf: ['offset', 'position', 'vị trí'],
          why: text('Kafka’s readers have one', 'bên đọc của Kafka có thứ này'),
        },
        {
          oneOf: ['partition'],
          why: text('order and parallelism hang on it', 'thứ tự và song song đều phụ thuộc vào nó'),
        },
      ],
      points: [],
      wrong: [
        praise,
        {
          says: [
            ['kafka'],
            ['delete', 'remove', 'xoá', 'xóa'],
            ['ack', 'when it is read', 'once it is read', 'after reading', 'khi đọc', 'sau khi đọc'],
          ],
          why: text(
            'Kafka deletes by age or size, whether anybody has read or not',
            'Kafka xoá theo tuổi hay dung lượng, bất kể đã có ai đọc hay chưa',
          ),
        },
      ],
    },
    {
      heading: text('What decides', 'Điều quyết định'),
      ask: text(
        'for each of the two: the facts about your data and its readers that leave no choice',
        'với từng bên: những dữ kiện về dữ liệu và bên đọc của bạn khiến không còn lựa chọn nào khác',
      ),
      wordsMin: 50,
      points: [
        {
          asks: text(
            'which need of the readers decides for a log',
            'nhu cầu nào của bên đọc buộc phải dùng log',
          ),
          needs: [
            ['kafka', 'log'],
            [
              'again',
              'replay',
              'history',
              'later',
              'from the start',
              'from the beginning',
              're-read',
              'reread',
              'new service',
              'đọc lại',
              'phát lại',
              'từ đầu',
              'lịch sử',
              'về sau',
              'service mới',
            ],
          ],
        },
        {
          asks: text(
            'which need of single messages decides for a queue',
            'nhu cầu nào của từng message buộc phải dùng queue',
          ),
          needs: [
            ['rabbitmq', 'queue'],
            [
              'each message',
              'single message',
              'one message',
              'per message',
              'individual',
              'by itself',
              'priority',
              'delay',
              'ttl',
              'routing',
              'binding',
              'dead letter',
              'dlx',
              'retry',
              'từng message',
              'một message',
              'riêng',
              'ưu tiên',
              'trễ',
              'định tuyến',
            ],
          ],
        },
        {
          asks: text(
            'which order is needed, and what it costs on each side',
            'cần thứ tự nào, và mỗi bên phải trả gì cho nó',
          ),
          needs: [
            ['order', 'thứ tự'],
            ['key', 'partition', 'single active consumer', 'prefetch', 'one consumer', 'một consumer'],
          ],
        },
        {
          asks: text(
            'how the number of workers is limited on each side',
            'mỗi bên giới hạn số worker bằng gì',
          ),
          needs: [
            ['worker', 'consumer', 'parallel', 'song song'],
            [
              'partition',
              'as many as',
              'cap',
              'limit',
              'more than',
              'no more',
              'any number',
              'bao nhiêu',
              'giới hạn',
              'nhiều hơn',
              'tối đa',
              'bằng số',
            ],
          ],
        },
      ],
      pointsMin: 3,
      wrong: [praise],
    },
  ],
}
