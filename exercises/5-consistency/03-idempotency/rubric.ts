/** The points that the analysis of consistency-03 is evaluated by: a duplicate's way to the card, and who finds out. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

export const analysis: Rubric = {
  item: 'consistency-03.3',
  file: 'NOTES.md',
  text: text(
    'NOTES.md follows a duplicate to the card: what is done twice, who pays, who notices',
    'NOTES.md lần theo một event trùng tới tận thẻ: cái gì bị làm hai lần, ai chịu, ai phát hiện',
  ),
  sections: [
    {
      heading: text('A duplicate on its way to the card', 'Event trùng trên đường tới thẻ'),
      ask: text(
        'what is done twice at each station, what it costs whom, which double is in the books and which is not, who notices and what puts it right',
        'ở mỗi chặng cái gì bị làm hai lần, ai chịu thiệt, bản đôi nào có trong sổ và bản nào không, ai phát hiện và sửa bằng cách nào',
      ),
      wordsMin: 110,
      points: [
        {
          asks: text('what the second delivery does to the card', 'lần giao thứ hai làm gì với thẻ'),
          needs: [
            ['card', 'gateway', 'thẻ', 'cổng'],
            ['charge', 'taken', 'takes', 'trừ', 'thu tiền'],
            ['twice', 'second', 'again', 'two', 'once more', 'hai lần', 'lần nữa', 'thứ hai', 'thêm một lần'],
          ],
        },
        {
          asks: text('what it does to the ledger', 'nó làm gì với sổ cái'),
          needs: [
            ['ledger', 'books', 'entry', 'entries', 'sổ', 'bút toán'],
            ['twice', 'second', 'two', 'extra', 'double', 'hai', 'thừa', 'thêm'],
          ],
        },
        {
          asks: text(
            'in which case the books look right although the customer paid twice',
            'khi nào sổ trông đúng mà khách đã trả hai lần',
          ),
          needs: [
            ['answer', 'reply', 'response', 'timeout', 'câu trả lời', 'phản hồi'],
            ['lost', 'never came', 'missing', 'broke', 'mất', 'không tới', 'đứt'],
            ['books', 'ledger', 'entry', 'sổ', 'bút toán'],
          ],
        },
        {
          asks: text('who loses the money', 'ai mất tiền'),
          needs: [
            ['customer', 'cardholder', 'merchant', 'khách', 'chủ thẻ', 'cửa hàng'],
            ['pay', 'paid', 'loses', 'bears', 'cost', 'trả', 'chịu', 'mất tiền', 'thiệt'],
          ],
        },
        {
          asks: text('who notices, and from what', 'ai phát hiện, và nhờ đâu'),
          needs: [
            ['notice', 'see', 'find', 'complain', 'report', 'phát hiện', 'thấy', 'khiếu nại', 'nhận ra'],
            [
              'statement',
              'reconcil',
              'compare',
              'settlement',
              'support',
              'customer',
              'sao kê',
              'đối soát',
              'khách',
              'so sánh',
            ],
          ],
        },
        {
          asks: text(
            'what puts it right: does anybody delete an entry?',
            'sửa thế nào: có ai xoá bút toán không?',
          ),
          needs: [
            ['refund', 'revers', 'hoàn', 'đảo'],
            [
              'never delete',
              'not delete',
              'delet',
              'transaction',
              'entry',
              'key',
              'một lần',
              'xoá',
              'giao dịch',
              'bút toán',
            ],
          ],
        },
      ],
      pointsMin: 5,
      wrong: [
        {
          says: [
            ['redelivered', 'flag', 'cờ'],
            ['tells', 'detects', 'proves', 'enough', 'cho biết', 'là đủ', 'phát hiện'],
            ['duplicate', 'trùng'],
          ],
          why: text(
            'the flag says that the broker handed a message out before, not that anybody processed it; and a message that was sent twice has none',
            'cờ đó chỉ nói broker từng giao message, không nói ai đã xử lý; còn message được gửi hai lần thì không có cờ',
          ),
        },
        {
          says: [
            ['exactly-once', 'exactly once'],
            ['broker', 'rabbitmq', 'kafka'],
            ['card', 'gateway', 'thẻ', 'cổng'],
          ],
          why: text(
            'no broker reaches as far as the card: only a key that the gateway knows does',
            'không broker nào vươn tới thẻ: chỉ có key mà cổng thẻ biết mới làm được',
          ),
        },
      ],
    },
  ],
}
