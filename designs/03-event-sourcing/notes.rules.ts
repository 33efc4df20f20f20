/** What DESIGN.md of design-03 has to say: streams, store, events, snapshots with their figures, replay, and migration. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'DESIGN.md',
  sections: [
    {
      heading: text('Streams', 'Các stream'),
      ask: text('what one stream is, and why that', 'một stream là gì, vì sao chọn vậy'),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['wallet', 'account', 'ví', 'tài khoản'],
          why: text('a stream is about one thing', 'một stream nói về một thứ'),
        },
        { oneOf: ['version'], why: text('order is within a stream', 'thứ tự nằm trong stream') },
      ],
    },
    {
      heading: text('The store', 'Nơi lưu'),
      ask: text(
        'a table of constraints, each with what it keeps out; which of them decides between two writers',
        'một bảng các ràng buộc, mỗi cái chặn được gì; cái nào phân xử giữa hai bên ghi',
      ),
      wordsMin: 80,
      tableRowsMin: 3,
      mentions: [
        {
          oneOf: ['unique', 'primary key', 'duy nhất', 'khoá chính', 'khóa chính'],
          why: text('a look before a write is a race', 'nhìn trước rồi mới ghi là một cuộc đua'),
        },
        {
          oneOf: ['conflict', 'xung đột'],
          why: text('the loser has to be told', 'bên thua phải được báo'),
        },
      ],
    },
    {
      heading: text('Events', 'Các event'),
      ask: text(
        'a table with a row for each event: what has happened, what it carries',
        'một bảng, mỗi event một dòng: chuyện gì đã xảy ra, mang gì',
      ),
      wordsMin: 60,
      tableRowsMin: 5,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['minor', 'smallest unit', 'đơn vị nhỏ nhất'],
          why: text('an amount is counted in something', 'số tiền phải đếm bằng đơn vị gì đó'),
        },
      ],
    },
    {
      heading: text('Snapshots', 'Các snapshot'),
      ask: text(
        'when one is taken, from which figures that was chosen, why all may be deleted; a table of what npm run measure design-03 measured',
        'khi nào tạo, chọn theo số liệu nào, vì sao xoá hết cũng được; một bảng số liệu mà npm run measure design-03 đo được',
      ),
      wordsMin: 90,
      tableRowsMin: 2,
      figures: ['replay-1000', 'load-1000', 'replay-10000', 'snapshot-write'],
      mentions: [
        {
          oneOf: ['ms', 'µs', 'millisecond', 'microsecond', 'mili'],
          why: text('a cost has a unit', 'chi phí thì phải có đơn vị'),
        },
        {
          oneOf: ['delete', 'disposable', 'cache', 'thrown away', 'xoá', 'xóa', 'bỏ đi'],
          why: text('a snapshot is never the truth', 'snapshot không bao giờ là sự thật'),
        },
        {
          oneOf: ['shape', 'schema_version', 'schema version', 'hình dạng', 'phiên bản'],
          why: text('the next release has another shape', 'bản release sau có hình dạng khác'),
        },
      ],
    },
    {
      heading: text('Replay', 'Replay'),
      ask: text(
        'what is made again, what is never done again, and how each knows how far it has come',
        'cái gì làm lại, cái gì không bao giờ làm lại, và mỗi cái biết mình tới đâu bằng cách nào',
      ),
      wordsMin: 80,
      mentions: [
        {
          oneOf: ['checkpoint', 'position', 'vị trí'],
          why: text('whoever goes on has to know where', 'muốn chạy tiếp phải biết từ đâu'),
        },
        {
          oneOf: ['receipt', 'side effect', 'outside', 'biên lai', 'tác dụng phụ', 'bên ngoài'],
          why: text('what is outside can’t be taken back', 'thứ ở bên ngoài không rút lại được'),
        },
      ],
    },
    {
      heading: text('Versions and migration', 'Phiên bản và chuyển đổi'),
      ask: text(
        'how an old event is read, when one copies instead, what to do about a mistake in an event',
        'đọc event cũ thế nào, khi nào thì chép sang, event ghi sai thì làm gì',
      ),
      wordsMin: 90,
      mentions: [
        { oneOf: ['upcast'], why: text('old events are read through one', 'event cũ được đọc qua nó') },
        {
          oneOf: ['copy', 'copied', 'chép', 'sao sang'],
          why: text('sometimes reading is not enough', 'có khi chỉ đọc thôi chưa đủ'),
        },
        {
          oneOf: ['correct', 'đính chính', 'sửa sai', 'bù'],
          why: text('a mistake is answered by an event', 'sai sót được trả lời bằng một event'),
        },
      ],
    },
    {
      heading: text('What I decided against', 'Những gì tôi không chọn'),
      ask: text(
        'two alternatives that you considered, and what you would have to see to choose them',
        'hai phương án đã cân nhắc, và phải thấy điều gì thì bạn mới chọn chúng',
      ),
      wordsMin: 70,
    },
  ],
}
