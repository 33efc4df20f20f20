/** What NOTES.md of failure-03 has to say: what each crash leaves, the process that wakes up, and how long nobody works. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('What a crash leaves behind', 'Crash để lại gì'),
      ask: text(
        'a table with one row for each crash point: what is repeated, what is lost, what makes that safe',
        'một bảng, mỗi điểm crash một dòng: cái gì lặp lại, cái gì mất, nhờ đâu vẫn an toàn',
      ),
      wordsMin: 60,
      tableRowsMin: 5,
      mentions: [
        {
          oneOf: [
            ...[
              'unacked',
              'unacknowledged',
              'not acked',
              'before the ack',
              'no ack',
              'without an ack',
              'never acked',
            ],
            ...['chưa ack', 'chưa được ack', 'chưa có ack', 'không có ack', 'trước khi ack'],
          ],
          why: text('that is what comes again', 'đó là cái sẽ tới lại'),
        },
        {
          oneOf: ['transaction', 'inbox', 'mark', 'dấu'],
          why: text('what comes again must change nothing', 'cái tới lại không được làm đổi gì'),
        },
      ],
    },
    {
      heading: text('The process that wakes up', 'Process thức dậy'),
      ask: text(
        'what it tries to do, what stops it here, and what would stop it where the effect is not in your database',
        'nó định làm gì, ở đây cái gì chặn nó, và nếu tác dụng không nằm trong database của bạn thì cái gì chặn được',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['connection', 'channel', 'tag', 'kết nối'],
          why: text('its acks go nowhere', 'ack của nó chẳng đi tới đâu'),
        },
        {
          oneOf: ['key', 'token', 'version', 'fenc', 'khoá', 'phiên bản'],
          why: text('a fence stands where the effect is', 'hàng rào phải đứng ở nơi có tác dụng'),
        },
      ],
    },
    {
      heading: text('How long nobody works', 'Bao lâu không ai làm việc'),
      figures: ['killed-redelivered', 'hung-redelivered', 'stalled-redelivered'],
      ask: text(
        'from the crash to the redelivery and to the booking, by cause, with your figures and the setting that decides',
        'từ lúc crash tới lúc giao lại và tới lúc ghi sổ, theo từng nguyên nhân, kèm số liệu và cấu hình quyết định',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['heartbeat'],
          why: text('a hung process keeps its socket open', 'process treo vẫn giữ socket'),
        },
        {
          oneOf: ['timeout', 'time-out'],
          why: text('and one that beats and works on nothing', 'còn process vẫn đập nhịp mà không làm gì'),
        },
        { oneOf: ['ms', 'second', 'giây'], why: text('figures are asked for', 'cần số liệu') },
      ],
    },
  ],
}
