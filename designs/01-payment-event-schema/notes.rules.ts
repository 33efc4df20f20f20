/** What DESIGN.md of design-01 has to say: fields, units, versions, evolution, rules and an example. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'DESIGN.md',
  sections: [
    {
      heading: text('The event', 'Event này'),
      ask: text(
        'what has happened when it is sent, who sends it, and what identifies it',
        'chuyện gì đã xảy ra khi nó được gửi, ai gửi, và cái gì định danh nó',
      ),
      wordsMin: 50,
      mentions: [
        { oneOf: ['cloudevents'], why: text('the envelope has a standard', 'envelope có chuẩn') },
        {
          oneOf: ['duplicate', 'twice', 'again', 'retry', 'trùng', 'hai lần', 'gửi lại'],
          why: text('it will be sent more than once', 'nó sẽ được gửi hơn một lần'),
        },
      ],
    },
    {
      heading: text('Fields', 'Các field'),
      ask: text(
        'a table with a row for each of the six fields: name on the wire, type, unit, meaning',
        'một bảng, mỗi field trong sáu field một dòng: tên trên đường truyền, kiểu, đơn vị, ý nghĩa',
      ),
      wordsMin: 60,
      tableRowsMin: 6,
      mentions: [
        {
          oneOf: ['minor unit', 'smallest unit', 'decimal', 'đơn vị nhỏ nhất', 'chữ số thập phân'],
          why: text('an amount without a unit is a number', 'số tiền không có đơn vị thì chỉ là con số'),
        },
        {
          oneOf: ['utc'],
          why: text('a time without a zone is a guess', 'giờ không có múi giờ là phỏng đoán'),
        },
        {
          oneOf: ['2^53', '9007199254740991', 'safe integer', 'text', 'string', 'chuỗi'],
          why: text('JSON numbers have an end', 'JSON number có giới hạn'),
        },
      ],
    },
    {
      heading: text('Versions', 'Phiên bản'),
      ask: text(
        'where the version stands on the wire, and a table: which change stays within a version, which calls for a new one, and who would be hurt',
        'phiên bản ghi ở đâu trong message, và một bảng: thay đổi nào ở lại trong phiên bản, thay đổi nào phải lên phiên bản mới, và ai bị ảnh hưởng',
      ),
      wordsMin: 80,
      tableRowsMin: 6,
      mentions: [
        {
          oneOf: ['unit', 'đơn vị'],
          why: text('no validator sees a change of unit', 'không bộ kiểm tra nào thấy đổi đơn vị'),
        },
        {
          oneOf: ['required', 'bắt buộc'],
          why: text(
            'a new required field breaks the reading of old events',
            'field bắt buộc mới làm hỏng việc đọc event cũ',
          ),
        },
      ],
    },
    {
      heading: text('Evolution', 'Đường nâng cấp'),
      ask: text(
        'how version 1 is read, how long both are published, and what an old consumer is not told',
        'đọc phiên bản 1 thế nào, gửi song song cả hai trong bao lâu, và consumer cũ không được nghe điều gì',
      ),
      wordsMin: 80,
      mentions: [
        { oneOf: ['upcast'], why: text('old events are read through one', 'event cũ được đọc qua nó') },
        {
          oneOf: ['both', 'dual', 'side by side', 'song song', 'cả hai'],
          why: text('consumers do not move on one day', 'các consumer không chuyển cùng một ngày'),
        },
        {
          oneOf: ['vnd', 'đồng', 'currency', 'loại tiền'],
          why: text(
            'the first version never said in what it counted',
            'phiên bản đầu chưa từng nói đếm bằng gì',
          ),
        },
      ],
    },
    {
      heading: text('Rules', 'Luật kiểm tra'),
      ask: text(
        'what a producer refuses to send and what a consumer puts up with, and why the two differ',
        'producer từ chối gửi gì, consumer chấp nhận gì, và vì sao hai bên khác nhau',
      ),
      wordsMin: 60,
      mentions: [
        {
          oneOf: ['personal', 'card number', 'e-mail', 'email', 'pii', 'số thẻ', 'cá nhân'],
          why: text('an event is copied into every log there is', 'event bị chép vào mọi log đang có'),
        },
        {
          oneOf: ['unknown', 'additional', 'unexpected', 'lạ', 'chưa biết', 'thêm'],
          why: text('tomorrow’s producer adds something', 'producer ngày mai sẽ thêm gì đó'),
        },
      ],
    },
    {
      heading: text('Example', 'Ví dụ'),
      ask: text(
        'one message as it stands on the wire, in a code block, and in a sentence or two what to look at',
        'một message đúng như trên đường truyền, trong khối code, và một hai câu chỉ ra điều đáng nhìn',
      ),
      wordsMin: 20,
    },
  ],
}
