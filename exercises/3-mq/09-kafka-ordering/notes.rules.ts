/** What NOTES.md of mq-09 has to say: which order there is, what would break it, and what it costs. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Which order', 'Thứ tự nào'),
      ask: text(
        'which key, for whom there is an order and for whom there is none, and where you saw the second',
        'key nào, ai có thứ tự, ai không có, và bạn đã thấy điều thứ hai ở đâu',
      ),
      wordsMin: 50,
      mentions: [
        { oneOf: ['key'], why: text('it is what an order hangs on', 'thứ tự bám vào nó') },
        { oneOf: ['partition'], why: text('an order ends at its border', 'thứ tự dừng ở ranh giới của nó') },
      ],
    },
    {
      heading: text('What would break it', 'Điều gì sẽ phá nó'),
      ask: text(
        'a table of changes that break an order: in the producer, the topic, the consumer; and how you would notice',
        'một bảng các thay đổi phá thứ tự: ở producer, topic, consumer; và làm sao nhận ra',
      ),
      wordsMin: 40,
      tableRowsMin: 4,
      mentions: [
        {
          oneOf: ['retry', 'retries', 'again', 'gửi lại', 'thử lại'],
          why: text('a repetition can be overtaken', 'lần lặp lại có thể bị vượt'),
        },
        {
          oneOf: [
            'number of partitions',
            'partition count',
            'more partitions',
            'số partition',
            'thêm partition',
          ],
          why: text('it decides where a key lies', 'nó quyết định key nằm ở đâu'),
        },
      ],
    },
  ],
}

export const analysis: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Throughput against order', 'Throughput đổi lấy thứ tự'),
      ask: text(
        'one partition against six with figures of yours, what limits each, and when the single order is worth it',
        'một partition so với sáu, kèm số liệu của bạn, cái gì giới hạn từng bên, và khi nào một thứ tự chung đáng giá',
      ),
      wordsMin: 100,
      tableRowsMin: 2,
      mentions: [
        {
          oneOf: ['/s', 'a second', 'per second', 'mỗi giây', 'giây'],
          why: text('throughput is a rate', 'throughput là một tốc độ'),
        },
        {
          oneOf: ['latency', 'p99', 'wait', 'độ trễ', 'chờ'],
          why: text('the slow ones pay for it', 'những cái chậm phải trả giá'),
        },
        {
          oneOf: ['handle', 'handling', 'one after another', 'one at a time', 'xử lý', 'lần lượt'],
          why: text('one after another, it sets the ceiling', 'xử lý lần lượt thì nó đặt ra trần'),
        },
        {
          oneOf: ['skew', 'hot', 'busy', 'uneven', 'lệch', 'nóng', 'đông'],
          why: text(
            'six partitions are six times as fast only when the keys are even',
            'sáu partition chỉ nhanh gấp sáu khi key chia đều',
          ),
        },
      ],
    },
  ],
}
