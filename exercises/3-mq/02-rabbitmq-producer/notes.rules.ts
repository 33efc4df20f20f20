/** What NOTES.md of mq-02 has to say: what "sent" means, the unknown outcome, and what the guarantees cost. */
import { type DocumentRules, sayingTwice, sayingUnknown } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('What "sent" means here', '"Đã gửi" ở đây nghĩa là gì'),
      ask: text(
        'a table of the ways a send can end: what was seen on the wire, what the caller is told, where the message is',
        'một bảng các kết cục của một lần gửi: thấy gì trên đường truyền, người gọi được báo gì, message đang ở đâu',
      ),
      wordsMin: 60,
      tableRowsMin: 4,
      mentions: [
        {
          oneOf: ['return', 'trả về'],
          why: text('a message nobody is bound to comes back', 'message không ai nhận sẽ bị trả về'),
        },
        { oneOf: ['nack', 'refused', 'từ chối'], why: text('a broker can refuse', 'broker có thể từ chối') },
        {
          oneOf: sayingUnknown,
          why: text(
            'it is the third outcome, beside success and failure',
            'đó là kết cục thứ ba, bên cạnh thành công và thất bại',
          ),
        },
      ],
    },
    {
      heading: text('When nobody knows', 'Khi không ai biết'),
      ask: text(
        'what your producer does after a lost confirm, who retries, how often, and why no consumer is harmed by it',
        'producer của bạn làm gì sau khi mất confirm, ai gửi lại, mấy lần, và vì sao không consumer nào bị hại',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: [
            'same id',
            'message id',
            'messageid',
            'cùng id',
            'cùng một id',
            'đúng id',
            'id cũ',
            'giữ nguyên id',
          ],
          why: text(
            'without it a second copy is a second payment',
            'không có nó thì bản thứ hai là một thanh toán thứ hai',
          ),
        },
        {
          oneOf: sayingTwice,
          why: text('at-least-once has a price', 'at-least-once có cái giá của nó'),
        },
      ],
    },
    {
      heading: text('What it costs', 'Cái giá phải trả'),
      ask: text(
        'window, latency, memory: what your bound on unconfirmed messages buys and what it costs, with a figure of your own',
        'cửa sổ, latency, bộ nhớ: giới hạn số message chưa confirm đem lại gì và tốn gì, kèm một con số bạn tự đo',
      ),
      wordsMin: 40,
      figures: ['send-latency', 'burst-throughput'],
      mentions: [
        {
          oneOf: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          why: text('a figure is asked for', 'cần một con số'),
        },
      ],
    },
  ],
}
