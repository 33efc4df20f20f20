/** What TOPOLOGY.md of design-05 has to say: the drawing, each queue's purpose, and the way of a failure. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'TOPOLOGY.md',
  sections: [
    {
      heading: text('The drawing', 'Hình vẽ'),
      ask: text('what to look at first, and how to read it', 'nhìn vào đâu trước, và đọc hình thế nào'),
      wordsMin: 25,
    },
    {
      heading: text('Queues and topics', 'Queue và topic'),
      ask: text(
        'a table with a row for each work queue and topic: who reads it, what for, what happens when it grows',
        'một bảng, mỗi work queue và topic một dòng: ai đọc, để làm gì, phình ra thì sao',
      ),
      wordsMin: 70,
      tableRowsMin: 5,
      mentions: [
        {
          oneOf: ['quorum', 'durable'],
          why: text('what survives a restart is decided there', 'cái gì sống qua khởi động lại là do nó'),
        },
        {
          oneOf: ['key', 'payment_id', 'wallet_id'],
          why: text('order in a topic hangs on it', 'thứ tự trong topic phụ thuộc vào nó'),
        },
      ],
    },
    {
      heading: text('Where failures go', 'Lỗi đi về đâu'),
      ask: text(
        'the way of a message that fails once, that always fails, and that nobody can route; who finds it, and when',
        'đường đi của message lỗi một lần, message luôn lỗi, và message không định tuyến được; ai tìm thấy nó, khi nào',
      ),
      wordsMin: 80,
      mentions: [
        {
          oneOf: ['dlq', 'dead-letter', 'dead letter'],
          why: text('that is where it ends', 'đó là nơi nó dừng lại'),
        },
        { oneOf: ['retry', 'again', 'thử lại'], why: text('most failures pass', 'phần lớn lỗi rồi sẽ qua') },
        {
          oneOf: ['unroutable', 'mandatory', 'return', 'alternate', 'no queue', 'không queue'],
          why: text(
            'a confirm does not mean that anybody got it',
            'confirm không có nghĩa là có ai nhận được',
          ),
        },
        {
          oneOf: ['alert', 'alarm', 'page', 'cảnh báo', 'báo động'],
          why: text('somebody has to be told', 'phải có người được báo'),
        },
      ],
    },
    {
      heading: text('What I decided against', 'Những gì tôi không chọn'),
      ask: text(
        'two alternatives that you considered, and what you would have to see to choose them',
        'hai phương án đã cân nhắc, và phải thấy điều gì thì bạn mới chọn chúng',
      ),
      wordsMin: 60,
    },
  ],
}
