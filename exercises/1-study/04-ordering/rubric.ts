/** The points that the analyses of study-04 are read by: what order asks for in Kafka and in RabbitMQ, and who promises what. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

const file = 'NOTES.md'

export const inKafka: Rubric = {
  item: 'study-04.4',
  file,
  text: text(
    'NOTES.md works out what order in Kafka asks of the key, producer, partition count, handler and retry',
    'NOTES.md phân tích: muốn Kafka đúng thứ tự thì key, producer, số partition, handler và retry phải ra sao',
  ),
  sections: [
    {
      heading: text('Order in Kafka', 'Thứ tự trong Kafka'),
      ask: text(
        'what the key, the producer, the number of partitions, the handler and the retry each have to do',
        'key, producer, số partition, handler và retry mỗi thứ phải thế nào',
      ),
      wordsMin: 60,
      points: [
        {
          asks: text('which key, and what it brings about', 'key nào, và key đó tạo ra điều gì'),
          needs: [
            ['key'],
            ['wallet', 'entity', 'account', 'same', 'ví', 'thực thể', 'tài khoản', 'cùng', 'giống'],
            ['partition'],
          ],
        },
        {
          asks: text(
            'what a producer must not do with two batches in flight',
            'producer không được làm gì khi có hai batch đang bay',
          ),
          needs: [
            ['producer'],
            [
              'idempoten',
              'in flight',
              'in-flight',
              'maxinflight',
              'one request',
              'one batch',
              'retries',
              'đang bay',
              'một request',
              'từng request',
              'một batch',
            ],
          ],
        },
        {
          asks: text(
            'what happens to the order when partitions are added',
            'thêm partition thì thứ tự ra sao',
          ),
          needs: [
            ['partition'],
            ['add', 'more', 'number', 'count', 'grow', 'change', 'thêm', 'tăng', 'số partition', 'đổi'],
            [
              'move',
              'elsewhere',
              'another',
              'other',
              'fixed',
              'stay',
              'history',
              'chuyển',
              'chỗ khác',
              'khác',
              'cố định',
              'giữ nguyên',
            ],
          ],
        },
        {
          asks: text(
            'how the handler works within a partition',
            'handler làm việc trong một partition thế nào',
          ),
          needs: [
            ['handler', 'consumer', 'process', 'xử lý'],
            [
              'one after another',
              'one by one',
              'one at a time',
              'sequential',
              'await',
              'parallel',
              'promise.all',
              'lần lượt',
              'từng',
              'tuần tự',
              'song song',
              'chờ',
            ],
          ],
        },
        {
          asks: text(
            'what a failing record may and may not do to those behind it',
            'record lỗi được và không được làm gì với những cái phía sau',
          ),
          needs: [
            ['retry', 'retries', 'fail', 'lỗi', 'thử lại'],
            [
              'block',
              'wait',
              'park',
              'hold',
              'pause',
              'pass',
              'overtake',
              'behind',
              'chặn',
              'chờ',
              'dừng',
              'vượt',
              'phía sau',
              'đằng sau',
            ],
          ],
        },
      ],
      pointsMin: 4,
      wrong: [
        {
          says: [['timestamp'], ['sort', 'order by', 'sắp']],
          why: text(
            'clocks of two producers differ; a version or an offset orders, a timestamp does not',
            'đồng hồ hai producer lệch nhau; version hay offset mới xếp được thứ tự',
          ),
        },
        {
          says: [
            ['whole topic', 'across partitions', 'between partitions', 'cả topic', 'giữa các partition'],
            ['keep', 'guarantee', 'giữ', 'bảo đảm', 'đảm bảo'],
          ],
          why: text('order is kept within a partition only', 'thứ tự chỉ được giữ trong một partition'),
        },
      ],
    },
  ],
}

export const inRabbitMQ: Rubric = {
  item: 'study-04.5',
  file,
  text: text(
    'NOTES.md works out what order in RabbitMQ asks of consumers, prefetch, requeue and the split into queues',
    'NOTES.md phân tích: muốn RabbitMQ đúng thứ tự thì consumer, prefetch, requeue và cách chia queue phải ra sao',
  ),
  sections: [
    {
      heading: text('Order in RabbitMQ', 'Thứ tự trong RabbitMQ'),
      ask: text(
        'how many consumers, which prefetch, what instead of a requeue, and how to work in parallel all the same',
        'mấy consumer, prefetch bao nhiêu, thay requeue bằng gì, và làm sao vẫn chạy song song được',
      ),
      wordsMin: 45,
      points: [
        {
          asks: text(
            'how many consumers may be active on a queue, and who takes over',
            'mỗi queue được mấy consumer hoạt động, và ai thay thế',
          ),
          needs: [
            [
              'single active consumer',
              'single-active',
              'one consumer',
              'only one',
              'one active',
              'một consumer',
              'chỉ một',
              'duy nhất',
            ],
            ['consumer', 'queue'],
          ],
        },
        {
          asks: text('which prefetch, and why', 'prefetch bao nhiêu, vì sao'),
          needs: [['prefetch'], ['1', 'one', 'một']],
        },
        {
          asks: text('what a requeue does to the order', 'requeue làm gì với thứ tự'),
          needs: [
            ['requeue', 'put back', 'puts back', 'nack', 'trả lại'],
            ['behind', 'after', 'order', 'later', 'back of', 'end', 'sau', 'cuối', 'thứ tự'],
          ],
        },
        {
          asks: text(
            'how several queues give parallel work and keep each key in order',
            'nhiều queue vừa cho chạy song song vừa giữ thứ tự theo key ra sao',
          ),
          needs: [
            ['queues', 'shard', 'consistent', 'hash', 'nhiều queue', 'chia queue', 'mỗi queue'],
            ['wallet', 'key', 'entity', 'ví'],
          ],
        },
      ],
      wrong: [
        {
          says: [['queue'], ['always', 'whatever', 'luôn'], ['order', 'fifo', 'thứ tự']],
          why: text(
            'a queue is in order up to delivery; a second consumer, a prefetch or a requeue ends it',
            'queue chỉ đúng thứ tự tới lúc giao; consumer thứ hai, prefetch hay requeue đều phá nó',
          ),
        },
      ],
    },
  ],
}

export const promises: Rubric = {
  item: 'study-04.8',
  file,
  text: text(
    'NOTES.md says what different brokers promise about order, and the setting each promise rests on',
    'NOTES.md ghi từng broker hứa gì về thứ tự, và lời hứa đó dựa trên cấu hình nào',
  ),
  sections: [
    {
      heading: text('Who promises what', 'Ai hứa gì'),
      ask: text(
        'a table of at least four brokers or kinds of queue: what is promised, under which setting, what ends it',
        'bảng ít nhất bốn broker hay loại queue: hứa gì, với cấu hình nào, điều gì phá lời hứa',
      ),
      wordsMin: 35,
      tableRowsMin: 4,
      tableCellsMin: 3,
      mentions: [
        { oneOf: ['kafka'], why: text('it promises order per partition', 'nó hứa thứ tự theo partition') },
        {
          oneOf: ['rabbitmq', 'quorum', 'classic'],
          why: text('its queues promise order up to delivery', 'queue của nó hứa thứ tự tới lúc giao'),
        },
        {
          oneOf: [
            'group',
            'sqs',
            'pub/sub',
            'pulsar',
            'nats',
            'stream',
            'redis',
            'azure',
            'service bus',
            'redpanda',
          ],
          why: text('look at one more than these two', 'hãy xem thêm một hệ thống ngoài hai cái này'),
        },
      ],
      points: [],
    },
  ],
}
