/** What NOTES.md of consistency-02 has to say besides the analysis: the strategies, and what order costs. */
import { type DocumentRules, sayingTwice } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('Who needs order', 'Event nào cần thứ tự'),
      ask: text(
        'a table: each kind, its strategy, what that needs to know, and what it makes of an event that is early, late or doubled',
        'một bảng: từng loại, chiến lược của nó, cần biết gì, và xử lý event đến sớm, đến muộn hay bị trùng ra sao',
      ),
      wordsMin: 60,
      tableRowsMin: 4,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: ['sequence', 'version', 'số thứ tự', 'phiên bản'],
          why: text('order is by a number from the writer', 'thứ tự dựa vào con số do bên ghi cấp'),
        },
        {
          oneOf: sayingTwice,
          why: text(
            'what needs no order still has to be counted once',
            'cái không cần thứ tự vẫn phải đếm đúng một lần',
          ),
        },
      ],
    },
    {
      heading: text('What gives it, and at what price', 'Nhờ đâu mà có, và giá bao nhiêu'),
      ask: text(
        'what gives order on the way, what takes it away again, and what a wallet waits for when one event is missing',
        'cái gì cho thứ tự trên đường đi, cái gì làm mất nó, và ví phải chờ gì khi thiếu một event',
      ),
      wordsMin: 70,
      mentions: [
        { oneOf: ['key'], why: text('one key, one partition', 'một key, một partition') },
        {
          oneOf: ['partition'],
          why: text('Kafka orders within a partition', 'Kafka giữ thứ tự trong một partition'),
        },
        {
          oneOf: ['wait', 'block', 'chờ', 'nghẽn'],
          why: text('order is paid for by those who wait', 'cái giá của thứ tự là có kẻ phải chờ'),
        },
      ],
    },
  ],
}
