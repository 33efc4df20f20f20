/** What DESIGN.md of design-06 has to say: the choice, its price as measured, detection, handling, and what is not promised. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'DESIGN.md',
  sections: [
    {
      heading: text('What depends on order', 'Cái gì phụ thuộc thứ tự'),
      ask: text(
        'which events depend on each other and what breaks; which do not, and why that is worth knowing',
        'event nào phụ thuộc nhau và sai thì hỏng gì; event nào không, và vì sao biết điều đó là có ích',
      ),
      wordsMin: 80,
      mentions: [
        {
          oneOf: ['commute', 'either order', 'any order', 'thứ tự nào cũng', 'giao hoán'],
          why: text('most pairs need no order', 'phần lớn các cặp không cần thứ tự'),
        },
      ],
    },
    {
      heading: text('The choice', 'Lựa chọn'),
      ask: text(
        'what keeps the order and for which entity, and what that asks of producers, partitions and consumers',
        'cái gì giữ thứ tự và cho đối tượng nào, điều đó đòi hỏi gì ở producer, partition và consumer',
      ),
      wordsMin: 90,
      mentions: [
        { oneOf: ['key'], why: text('that is what finds the partition', 'nó quyết định partition') },
        {
          oneOf: ['idempotent', 'in flight', 'in-flight', 'producer'],
          why: text('order is lost before the broker, too', 'thứ tự có thể mất từ trước khi tới broker'),
        },
        {
          oneOf: ['retry', 'fails', 'lỗi'],
          why: text('a retry is where order goes', 'retry là chỗ mất thứ tự'),
        },
      ],
    },
    {
      heading: text('What it costs', 'Cái giá'),
      ask: text(
        'a table of your own figures beside those of a single consumer: even load, a hot wallet, records that fail',
        'một bảng số liệu của bạn đặt cạnh số liệu của một consumer duy nhất: tải đều, ví nóng, record lỗi',
      ),
      wordsMin: 80,
      tableRowsMin: 3,
      tableCellsMin: 3,
      figures: [
        'throughput-even-strategy',
        'throughput-even-single',
        'throughput-hot-wallet-strategy',
        'latency-retries-strategy',
        'latency-retries-single',
      ],
      mentions: [
        {
          oneOf: ['simulation', 'simulated', 'mô phỏng'],
          why: text('a simulated figure says so', 'số liệu mô phỏng thì phải nói là mô phỏng'),
        },
        {
          oneOf: ['hot', 'nóng'],
          why: text(
            'one wallet is never faster than one worker',
            'một ví không bao giờ nhanh hơn một worker',
          ),
        },
      ],
    },
    {
      heading: text('Noticing disorder', 'Nhận ra sai thứ tự'),
      ask: text(
        'by what a gap, a repeat and a late event are told, who numbers them, and why no clock will do',
        'dựa vào đâu để biết event bị thiếu, bị trùng, đến muộn; ai đánh số; vì sao không dùng đồng hồ được',
      ),
      wordsMin: 70,
      mentions: [
        {
          oneOf: ['sequence', 'version', 'number', 'số thứ tự'],
          why: text('an order is given, not guessed', 'thứ tự là do cấp, không phải đoán'),
        },
        {
          oneOf: ['clock', 'timestamp', 'đồng hồ'],
          why: text('it is the first thing people try', 'đó là thứ ai cũng thử đầu tiên'),
        },
      ],
    },
    {
      heading: text('Handling it', 'Xử lý'),
      ask: text(
        'where an early event waits, how many may, for how long, and what comes then; a row for each case',
        'event tới sớm chờ ở đâu, tối đa bao nhiêu, bao lâu, rồi sao nữa; mỗi trường hợp một dòng',
      ),
      wordsMin: 90,
      tableRowsMin: 4,
      figures: ['held-distance-50', 'waiting-peak-distance-50'],
      mentions: [
        {
          oneOf: [
            'same transaction',
            'same commit',
            'one commit',
            'one transaction',
            'cùng transaction',
            'cùng một commit',
            'cùng commit',
          ],
          why: text('what waits must outlive the process', 'thứ đang chờ phải sống lâu hơn process'),
        },
        {
          oneOf: ['again', 'resend', 'resync', 'gửi lại'],
          why: text('a lost event comes from somebody who has it', 'event bị mất phải lấy từ nơi còn giữ'),
        },
      ],
    },
    {
      heading: text('What is not promised', 'Điều không hứa'),
      ask: text(
        'order between wallets, over a change of partitions, after a redrive: what you do not promise, and who has to know',
        'thứ tự giữa các ví, khi đổi số partition, sau khi redrive: điều gì không hứa, và ai cần biết',
      ),
      wordsMin: 70,
    },
  ],
}
