/** What the survey of study-02 has to hold: where Kafka fits and where it does not, each with the fact that decides. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

const reasons = [
  [
    'because',
    'since',
    'so that',
    'so ',
    'otherwise',
    'would',
    'only',
    'which',
    'as ',
    'limit',
    'nobody',
    'none',
    'no ',
    'not',
  ],
  ['can’t', "can't", 'cannot', 'has to', 'have to', 'still', 'keeps', 'gives', 'holds up', 'at most'],
  ['block', 'cheap', 'spread', 'behind', 'chặn', 'rẻ', 'phía sau'],
  ['vì', 'nên', 'nếu', 'do ', 'bởi', 'mà', 'thì', 'chỉ', 'giới hạn', 'không', 'vẫn', 'phải', 'mất', 'được'],
].flat()
const reasonWanted = text(
  'name the fact or limit that decides it ("because a record stays …", "only as many as there are partitions")',
  'nêu dữ kiện hay giới hạn quyết định ("vì record vẫn còn …", "chỉ bằng số partition")',
)
const wrong = [
  {
    says: [
      ['kafka'],
      ['exactly once', 'exactly-once', 'đúng một lần'],
      [
        'everywhere',
        'always',
        'end to end',
        'to the database',
        'luôn luôn',
        'mọi nơi',
        'tới database',
        'đầu cuối',
      ],
    ],
    why: text(
      'Kafka’s exactly-once ends at Kafka: what a consumer writes elsewhere is not part of the transaction',
      'exactly-once của Kafka dừng ở Kafka: thứ consumer ghi ra nơi khác không nằm trong transaction',
    ),
  },
  {
    says: [
      ['order', 'thứ tự'],
      ['across partitions', 'between partitions', 'whole topic', 'cả topic', 'giữa các partition'],
      ['keeps', 'guarantee', 'promise', 'giữ', 'bảo đảm', 'đảm bảo'],
    ],
    why: text('order is kept within a partition only', 'thứ tự chỉ được giữ trong một partition'),
  },
] as const

export const fits: Rubric = {
  item: 'study-02.11',
  file: 'NOTES.md',
  text: text(
    'NOTES.md says where Kafka fits and where it does not, with the fact or limit that decides each case',
    'NOTES.md ghi việc nào hợp, việc nào không hợp với Kafka, kèm dữ kiện hay giới hạn quyết định',
  ),
  sections: [
    {
      heading: text('Where Kafka fits', 'Chỗ Kafka hợp'),
      ask: text(
        'a list of four cases, each with the fact about Kafka that makes it fit',
        'danh sách bốn trường hợp, mỗi cái kèm dữ kiện về Kafka khiến nó hợp',
      ),
      wordsMin: 50,
      points: [
        {
          asks: text(
            'what several readers, or one that comes later, gain from a log',
            'nhiều bên đọc, hay bên đọc tới sau, được gì từ log',
          ),
          needs: [
            [
              'again',
              'replay',
              'later',
              'group',
              'history',
              'from the start',
              'from the beginning',
              'đọc lại',
              'về sau',
              'tới sau',
              'lịch sử',
              'từ đầu',
            ],
            ['log', 'record', 'retention', 'offset', 'topic'],
          ],
        },
        {
          asks: text('what order it gives, to whom', 'nó giữ thứ tự nào, cho ai'),
          needs: [
            ['order', 'thứ tự'],
            ['key', 'partition'],
          ],
        },
      ],
      entries: { min: 4, wordsMin: 10, each: [{ oneOf: reasons, why: reasonWanted }] },
      wrong,
    },
    {
      heading: text('Where it does not', 'Chỗ Kafka không hợp'),
      ask: text(
        'a list of four cases, each with the limit that speaks against it',
        'danh sách bốn trường hợp, mỗi cái kèm giới hạn khiến nó không hợp',
      ),
      wordsMin: 50,
      points: [
        {
          asks: text(
            'what a slow or failing record does to those behind it',
            'record chậm hay lỗi ảnh hưởng gì tới những cái phía sau',
          ),
          needs: [
            ['partition', 'behind', 'following', 'phía sau', 'đằng sau'],
            ['block', 'wait', 'hold', 'stop', 'stuck', 'chặn', 'chờ', 'nghẽn', 'kẹt'],
          ],
        },
        {
          asks: text('what caps the number of workers', 'cái gì giới hạn số worker'),
          needs: [
            ['worker', 'consumer', 'member', 'reader', 'bên đọc'],
            ['partition'],
            [
              'more',
              'cap',
              'limit',
              'as many',
              'idle',
              'at most',
              'nhiều hơn',
              'giới hạn',
              'tối đa',
              'ngồi không',
              'rảnh',
              'hơn',
              'vượt',
              'không quá',
              'bằng số',
            ],
          ],
        },
      ],
      entries: { min: 4, wordsMin: 10, each: [{ oneOf: reasons, why: reasonWanted }] },
      wrong,
    },
  ],
}
