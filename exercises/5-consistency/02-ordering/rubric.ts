/** The points that the analysis of consistency-02 is evaluated by: what a wrong order breaks, and what it does not. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

export const analysis: Rubric = {
  item: 'consistency-02.3',
  file: 'NOTES.md',
  text: text(
    'NOTES.md analyses which invariant breaks, who is hurt, and which events could come in any order',
    'NOTES.md phân tích bất biến nào bị phá, ai bị thiệt, và event nào tới theo thứ tự nào cũng được',
  ),
  sections: [
    {
      heading: text('What breaks when the order does', 'Sai thứ tự thì cái gì hỏng'),
      ask: text(
        'which invariant breaks, who is hurt, which events could come in any order and why, and what a version saves',
        'bất biến nào bị phá, ai bị thiệt, event nào tới theo thứ tự nào cũng được và vì sao, version cứu được gì',
      ),
      wordsMin: 100,
      points: [
        {
          asks: text(
            'what happens to a withdrawal that comes before its deposit',
            'lệnh rút tới trước lệnh nạp thì sao',
          ),
          needs: [
            ['withdraw', 'debit', 'rút'],
            ['before', 'early', 'first', 'ahead', 'overtak', 'trước', 'sớm', 'vượt'],
            ['refus', 'reject', 'not cover', 'uncovered', 'từ chối', 'không đủ'],
          ],
        },
        {
          asks: text('which invariant no longer holds', 'bất biến nào không còn đúng'),
          needs: [
            ['balance', 'state', 'copy', 'số dư', 'trạng thái', 'bản sao'],
            ['fold', 'log', 'history', 'sum', 'ledger', 'lịch sử', 'tổng', 'sổ'],
          ],
        },
        {
          asks: text('who is hurt by it, and how', 'ai bị thiệt, và thiệt thế nào'),
          needs: [
            ['customer', 'bank', 'merchant', 'we ', 'khách', 'ngân hàng', 'cửa hàng', 'công ty', 'chúng tôi'],
            [
              'lose',
              'loss',
              'pay',
              'money',
              'goods',
              'mail',
              'letter',
              'mất',
              'thiệt',
              'tiền',
              'hàng',
              'thư',
            ],
          ],
        },
        {
          asks: text(
            'which events could come in any order, and why',
            'event nào tới theo thứ tự nào cũng được, và vì sao',
          ),
          needs: [
            ['point', 'deposit', 'điểm', 'nạp'],
            ['sum', 'add', 'commut', 'tổng', 'cộng', 'giao hoán'],
          ],
        },
        {
          asks: text(
            'what a version on an absolute value saves',
            'version trên giá trị tuyệt đối cứu được gì',
          ),
          needs: [
            ['address', 'absolute', 'địa chỉ', 'tuyệt đối'],
            [
              'version',
              'sequence',
              'newer',
              'newest',
              'number',
              'phiên bản',
              'số thứ tự',
              'mới hơn',
              'mới nhất',
            ],
          ],
        },
        {
          asks: text(
            'why the newest does not do for a withdrawal',
            'vì sao "mới nhất thắng" không dùng được cho lệnh rút',
          ),
          needs: [
            ['withdraw', 'debit', 'balance', 'rút', 'số dư'],
            ['skip', 'miss', 'lost', 'leave out', 'each', 'every', 'bỏ qua', 'thiếu', 'mất', 'từng', 'mọi'],
          ],
        },
      ],
      pointsMin: 5,
      wrong: [
        {
          says: [
            ['timestamp', 'time stamp', 'clock'],
            ['order', 'sort', 'thứ tự', 'sắp xếp'],
            ['right', 'correct', 'enough', 'solve', 'restores', 'đúng', 'là đủ', 'giải quyết'],
          ],
          why: text(
            'clocks of two servers differ, and two events can bear the same time: a number from the writer is an order, a time is not',
            'đồng hồ hai server lệch nhau, và hai event có thể cùng thời điểm: số do bên ghi cấp mới là thứ tự, thời gian thì không',
          ),
        },
      ],
    },
  ],
}
