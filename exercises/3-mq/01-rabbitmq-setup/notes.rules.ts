/** What NOTES.md of mq-01 has to say: the set-up, what survives what, and how one would see it go wrong. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('What I set up', 'Tôi đã thiết lập gì'),
      ask: text(
        'exchange, queue, binding and connection, and why each is as it is',
        'exchange, queue, binding và kết nối, và vì sao mỗi thứ như vậy',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['durable'],
          why: text(
            'what is kept across a restart is decided there',
            'cái gì được giữ lại sau khi khởi động lại là do nó quyết định',
          ),
        },
        {
          oneOf: ['binding', 'bind'],
          why: text('without it the exchange leads nowhere', 'không có nó thì exchange không dẫn tới đâu'),
        },
        {
          oneOf: ['heartbeat'],
          why: text(
            'it decides when a dead peer is noticed',
            'nó quyết định khi nào biết đầu bên kia đã chết',
          ),
        },
      ],
    },
    {
      heading: text('What survives what', 'Cái gì sống sót qua sự cố nào'),
      ask: text(
        'a table: your exchange, queue, binding, a persistent and a transient message, each against a clean restart and a SIGKILL of the broker',
        'một bảng: exchange, queue, binding, một message persistent và một message transient, mỗi thứ qua khởi động lại bình thường và qua SIGKILL broker',
      ),
      wordsMin: 40,
      tableRowsMin: 5,
      mentions: [
        {
          oneOf: ['persistent'],
          why: text(
            'a durable queue alone keeps no message',
            'chỉ queue durable thôi thì chưa giữ được message nào',
          ),
        },
        {
          oneOf: ['transient', 'not persistent', 'không persistent'],
          why: text(
            'it is what a client sends unless told otherwise',
            'đó là thứ client gửi khi bạn không nói gì',
          ),
        },
        {
          oneOf: ['kill', 'sigkill'],
          why: text('a polite restart proves little', 'khởi động lại bình thường chứng minh được rất ít'),
        },
      ],
    },
    {
      heading: text('How I would notice', 'Làm sao tôi biết khi có sự cố'),
      ask: text(
        'which number or event in production tells that the queue or the binding is missing, before a customer does',
        'con số hay sự kiện nào trên production cho biết queue hoặc binding đã mất, trước khi khách hàng báo',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: [
            'return',
            'unroutable',
            'mandatory',
            'alternate',
            'depth',
            'ready',
            'độ sâu',
            'alert',
            'cảnh báo',
          ],
          why: text('something must be measured or come back', 'phải có gì đó được đo hoặc được trả về'),
        },
      ],
    },
  ],
}
