/** What NOTES.md of mq-10 has to say: how versions are guarded, when snapshots are taken, and what a replay costs. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('How versions are guarded', 'Bảo vệ version thế nào'),
      ask: text(
        'the statement that decides between two writers, and what the one who lost does then',
        'câu lệnh nào phân xử hai bên ghi, và bên thua làm gì sau đó',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['unique', 'primary key', 'constraint', 'busy', 'duy nhất', 'khoá chính', 'ràng buộc'],
          why: text('something must make it impossible', 'phải có thứ khiến điều đó không thể xảy ra'),
        },
        {
          oneOf: ['again', 'retry', 'lại'],
          why: text('the loser has a command to answer', 'bên thua vẫn còn một command phải trả lời'),
        },
      ],
    },
    {
      heading: text('When snapshots are taken', 'Khi nào tạo snapshot'),
      ask: text(
        'how often, with what beside the state, and what a deleted or outdated one changes',
        'bao lâu một lần, kèm gì ngoài state, và xoá đi hay lỗi thời thì đổi gì',
      ),
      wordsMin: 50,
      mentions: [
        {
          oneOf: ['schema'],
          why: text('the shape of the state will change', 'hình dạng của state sẽ đổi'),
        },
        {
          oneOf: ['delete', 'cache', 'xoá', 'xóa'],
          why: text('say what they are not', 'nói rõ nó không phải là gì'),
        },
      ],
    },
    {
      heading: text('What a replay costs', 'Replay tốn bao nhiêu'),
      ask: text(
        'a table of your own figures: how many events, how long with a snapshot and without',
        'một bảng số liệu tự đo: bao nhiêu event, có và không có snapshot thì mất bao lâu',
      ),
      wordsMin: 40,
      tableRowsMin: 2,
      figures: ['replay-1000', 'load-1000'],
      mentions: [
        {
          oneOf: ['ms', 'µs', 'millisecond', 'mili'],
          why: text('a cost has a unit', 'chi phí thì phải có đơn vị'),
        },
        {
          oneOf: ['npm run'],
          why: text('a figure stands beside its command', 'số liệu phải đi cùng câu lệnh'),
        },
      ],
    },
  ],
}
