/** What DESIGN.md of design-02 has to say: services, events, flow, duplicates, lag, failures, and what was decided against. */
import type { DocumentRules } from '#lab/kit/document'
import { text } from '#lab/verdict/language'

export const rules: DocumentRules = {
  file: 'DESIGN.md',
  // Where they go is the writer's to say; each section has to say something.
  wordsMin: 1000,
  sections: [
    {
      heading: text('Services', 'Các service'),
      ask: text(
        'a table with a row for each service: what it owns, what it does, what stops when it is down; and why the borders run there',
        'một bảng, mỗi service một dòng: giữ gì, làm gì, nó chết thì cái gì dừng; và vì sao ranh giới nằm ở đó',
      ),
      wordsMin: 110,
      tableRowsMin: 3,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['owns', 'owner', 'own table', 'làm chủ', 'chủ', 'sở hữu'],
          why: text('a fact has one owner', 'một sự việc có một chủ'),
        },
        {
          oneOf: ['down', 'deploy', 'stops', 'chết', 'dừng', 'deploy lại'],
          why: text('that is when one sees the borders', 'đó là lúc thấy rõ ranh giới'),
        },
      ],
    },
    {
      heading: text('Events', 'Các event'),
      ask: text(
        'a table with a row for each event: what has happened, what it carries, who hears it; by which broker it travels and why, and what keeps its order',
        'một bảng, mỗi event một dòng: chuyện gì đã xảy ra, mang gì, ai nghe; đi qua broker nào và vì sao, cái gì giữ thứ tự của nó',
      ),
      wordsMin: 120,
      tableRowsMin: 3,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['command'],
          why: text('what may still be refused is none', 'thứ còn từ chối được thì không phải event'),
        },
        { oneOf: ['version'], why: text('a clock keeps no order', 'đồng hồ không giữ được thứ tự') },
        {
          oneOf: ['rabbitmq', 'kafka', 'queue', 'topic'],
          why: text('a queue forgets, a topic keeps', 'queue thì quên, topic thì giữ'),
        },
        {
          oneOf: ['minor', 'smallest unit', 'currency', 'đơn vị nhỏ nhất', 'loại tiền'],
          why: text('an amount is counted in something', 'số tiền phải đếm bằng đơn vị gì đó'),
        },
      ],
    },
    {
      heading: text('The flow', 'Luồng đi'),
      ask: text(
        'from the request to the new balance, one step a sentence: what is committed, what is published after it, what the app was told',
        'từ yêu cầu tới số dư mới, mỗi bước một câu: commit cái gì, gửi gì sau đó, app đã được trả lời gì',
      ),
      wordsMin: 110,
      mentions: [
        {
          oneOf: ['outbox'],
          why: text(
            'between the commit and the publish the process may die',
            'giữa commit và publish process có thể chết',
          ),
        },
        {
          oneOf: ['commit', 'transaction'],
          why: text('the border of what is sure', 'ranh giới của điều chắc chắn'),
        },
        {
          oneOf: ['202', 'accepted', 'at once', 'immediately', 'ngay', 'đã nhận'],
          why: text('the app is answered before anything is booked', 'app được trả lời trước khi ghi sổ'),
        },
      ],
    },
    {
      heading: text('Duplicates and order', 'Trùng và thứ tự'),
      ask: text(
        'how each subscriber knows a message that was here before, and what it does on one that comes late or early',
        'từng bên nhận biết message cũ bằng cách nào, và làm gì khi message tới muộn hoặc tới sớm',
      ),
      wordsMin: 90,
      mentions: [
        {
          oneOf: ['unique', 'primary key', 'inbox', 'duy nhất', 'khoá chính', 'khóa chính'],
          why: text('a look before a write is a race', 'nhìn trước rồi mới ghi là một cuộc đua'),
        },
        {
          oneOf: ['twice', 'duplicate', 'again', 'hai lần', 'trùng', 'lặp'],
          why: text('delivery is at least once', 'giao hàng là ít nhất một lần'),
        },
      ],
    },
    {
      heading: text('Eventual consistency', 'Nhất quán cuối cùng'),
      ask: text(
        'stale window, read-your-writes, reconciliation: the promise of each, to whom, how it is kept, how one would notice that it is not',
        'stale window, read-your-writes, đối soát: mỗi cái hứa gì, với ai, giữ bằng cách nào, và làm sao biết khi nó không được giữ',
      ),
      wordsMin: 140,
      mentions: [
        {
          oneOf: ['stale window', 'window', 'behind', 'cửa sổ', 'trễ'],
          why: text('how long may it be behind?', 'được trễ bao lâu?'),
        },
        {
          oneOf: [
            'read-your-writes',
            'read your writes',
            'own write',
            'own transaction',
            'thay đổi của chính',
          ],
          why: text('users remember what they did', 'người dùng nhớ việc mình vừa làm'),
        },
        {
          oneOf: ['reconcil', 'đối soát'],
          why: text('what is lost does not report itself', 'thứ bị mất không tự lên tiếng'),
        },
        {
          oneOf: ['second', 'ms', 'minute', 'giây', 'phút'],
          why: text('a promise without a figure is a hope', 'lời hứa không có con số chỉ là mong ước'),
        },
      ],
    },
    {
      heading: text('Failures', 'Sự cố'),
      ask: text(
        'a table: a service that is down, the broker that is down, an event that never arrives, a message that nobody can process; what the user sees, who repairs it',
        'một bảng: một service chết, broker chết, một event không bao giờ tới, một message không ai xử lý được; người dùng thấy gì, ai sửa',
      ),
      wordsMin: 110,
      tableRowsMin: 4,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['dlq', 'dead letter', 'dead-letter', 'poison'],
          why: text('some message will never work', 'sẽ có message không bao giờ xử lý được'),
        },
        {
          oneOf: ['alert', 'alarm', 'lag', 'cảnh báo', 'báo động'],
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
      wordsMin: 90,
    },
  ],
}
