/** What NOTES.md of failure-05 has to say: the waiting, the keeping, and what both cost. */
import { type DocumentRules, sayingHowMuch } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('How long it waits', 'Chờ bao lâu'),
      ask: text(
        'how long, by which clock, what a restart changes, who is told of a gap and what they do',
        'chờ bao lâu, theo đồng hồ nào, khởi động lại thì sao, ai được báo về chỗ thiếu và họ làm gì',
      ),
      wordsMin: 50,
      mentions: [
        { oneOf: sayingHowMuch, why: text('a figure is asked for', 'cần một con số') },
        {
          oneOf: ['gap', 'missing', 'thiếu'],
          why: text('some events never come', 'có event không bao giờ tới'),
        },
        {
          oneOf: [
            'restart',
            'starts again',
            'started again',
            'dies',
            'khởi động lại',
            'chạy lại',
            'bật lại',
            'chết',
          ],
          why: text(
            'a process that starts again has forgotten something',
            'process khởi động lại thì quên mất vài thứ',
          ),
        },
      ],
    },
    {
      heading: text('How many it keeps', 'Giữ bao nhiêu'),
      ask: text(
        'where early events are, how many at most, what becomes of the others, and when a message is acknowledged',
        'event đến sớm nằm ở đâu, tối đa bao nhiêu, phần còn lại ra sao, và khi nào thì ack',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['ack'],
          why: text('what is acknowledged, the broker has forgotten', 'đã ack là broker quên'),
        },
        {
          oneOf: ['transaction', 'database', 'commit'],
          why: text('effect and progress belong together', 'hiệu lực và tiến độ phải đi cùng nhau'),
        },
      ],
    },
    {
      heading: text('What order costs', 'Cái giá của thứ tự'),
      ask: text(
        'your figures with and without shuffle, and when you would not pay for order',
        'số liệu của bạn khi có và không có xáo trộn, và khi nào bạn không cần trả giá cho thứ tự',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: ['p99', 'p50'],
          why: text('an average hides who waited', 'trung bình che mất ai đã phải chờ'),
        },
        { oneOf: sayingHowMuch, why: text('a figure is asked for', 'cần một con số') },
      ],
    },
  ],
}
