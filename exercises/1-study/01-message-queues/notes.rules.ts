/** What the table of study-01 has to have: five differences between the patterns, each of which can be observed. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const differences = {
  item: 'study-01.7',
  text: text(
    'NOTES.md has a table of 5 differences between point-to-point and pub/sub, each of which can be observed',
    'NOTES.md có bảng 5 điểm khác nhau giữa point-to-point và pub/sub, điểm nào cũng quan sát được',
  ),
  rules: {
    file: 'NOTES.md',
    sections: [
      {
        heading: text('Point-to-point beside pub/sub', 'Point-to-point đặt cạnh pub/sub'),
        ask: text(
          'a table of three columns: what to look at, what one sees with one shared queue, what with a queue for each',
          'bảng ba cột: nhìn vào cái gì, với một queue chung thì thấy gì, với queue riêng thì thấy gì',
        ),
        wordsMin: 60,
        tableRowsMin: 5,
        tableCellsMin: 3,
        mentions: [
          {
            oneOf: ['copy', 'copies', 'bản'],
            why: text(
              'how many copies one publish makes is the first difference',
              'một lần gửi sinh mấy bản là khác biệt đầu tiên',
            ),
          },
          {
            oneOf: ['ack', 'acknowledg'],
            why: text('what one ack removes differs', 'một ack xoá đi những gì là điểm khác nhau'),
          },
          {
            oneOf: ['slow', 'backlog', 'depth', 'behind', 'chậm', 'tồn', 'dồn', 'độ dài'],
            why: text(
              'a slow consumer shows in another place in each pattern',
              'consumer chậm lộ ra ở chỗ khác nhau trong mỗi kiểu',
            ),
          },
        ],
      },
    ],
  } satisfies DocumentRules,
}
