/** What NOTES.md of mq-05 has to say: the settings, what the topic survives, and what one broker cannot show. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('What is set', 'Đã đặt những gì'),
      ask: text(
        'a table of the settings you chose: setting, value, what it does, what the default would have done',
        'một bảng các thiết lập bạn chọn: tên, giá trị, nó làm gì, để mặc định thì sao',
      ),
      wordsMin: 60,
      tableRowsMin: 5,
      mentions: [
        { oneOf: ['acks'], why: text('it decides what "sent" means', 'nó quyết định "đã gửi" nghĩa là gì') },
        {
          oneOf: ['fromBeginning', 'from the beginning', 'auto.offset.reset', 'từ đầu'],
          why: text('a new group has to start somewhere', 'group mới phải bắt đầu ở đâu đó'),
        },
      ],
    },
    {
      heading: text('What the topic survives', 'Topic chịu được gì'),
      ask: text(
        'which nodes may fail without loss and without a stop, and which setting that comes from',
        'node nào được phép hỏng mà không mất, không dừng, và điều đó nhờ thiết lập nào',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['min.insync.replicas', 'min isr', 'min.isr'],
          why: text('acks=all waits for as few as that', 'acks=all chỉ chờ tới mức đó là đủ'),
        },
        {
          oneOf: ['replication factor', 'replica', 'RF'],
          why: text('copies are what survives', 'bản sao mới là thứ sống sót'),
        },
      ],
    },
    {
      heading: text('What one broker cannot show', 'Một broker không chứng minh được gì'),
      ask: text(
        'which of your promises a single node lets pass untested',
        'lời hứa nào của bạn không hề được thử khi chỉ có một node',
      ),
      wordsMin: 40,
      mentions: [
        {
          oneOf: [
            'leader',
            'follower',
            'election',
            'ISR',
            'in sync',
            'in-sync',
            'replica',
            'replication',
            'copies',
            'bầu',
            'bản sao',
          ],
          why: text('one node has nobody to hand over to', 'một node thì không có ai để bàn giao'),
        },
      ],
    },
  ],
}
