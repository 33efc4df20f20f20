/** The points that the write-up of study-12 is evaluated by: ways to be idempotent, and what breaks each. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

export const ways: Rubric = {
  item: 'study-12.6',
  file: 'NOTES.md',
  text: text(
    'NOTES.md has 5 ways to be idempotent, each with the crash or race that breaks it, and argues for one',
    'NOTES.md nêu 5 cách làm idempotency, mỗi cách kèm tình huống crash hay race làm nó hỏng, và lập luận chọn một cách',
  ),
  sections: [
    {
      heading: text('Ways to be idempotent', 'Các cách làm idempotency'),
      ask: text(
        'a table of four columns: the way, where it keeps what it knows, the crash or race that breaks it, what it costs',
        'bảng bốn cột: cách làm, nơi giữ điều nó biết, tình huống crash hay race làm nó hỏng, cái giá phải trả',
      ),
      wordsMin: 50,
      tableRowsMin: 5,
      tableCellsMin: 4,
      points: [],
      mentions: [
        {
          oneOf: ['crash', 'kill', 'dies', 'died', 'restart', 'sập', 'chết', 'khởi động lại'],
          why: text(
            'a way is known by the crash that breaks it',
            'biết một cách là biết crash nào làm nó hỏng',
          ),
        },
        {
          oneOf: [
            'race',
            'same time',
            'at once',
            'concurrent',
            'two instances',
            'cùng lúc',
            'đồng thời',
            'hai instance',
          ],
          why: text('two instances may hold one message', 'hai instance có thể cùng cầm một message'),
        },
        {
          oneOf: ['unique', 'primary key', 'transaction'],
          why: text(
            'the database can decide what two programs cannot',
            'database phân xử được thứ hai chương trình không tự phân xử nổi',
          ),
        },
      ],
    },
    {
      heading: text('What I would take', 'Tôi sẽ chọn cách nào'),
      ask: text(
        'one way for the wallet: where the note stands, who makes the key and when, how long it is kept, and what it does not cover',
        'một cách cho ví: dấu nằm ở đâu, ai tạo key và lúc nào, giữ bao lâu, và điều gì nó không che được',
      ),
      wordsMin: 65,
      points: [
        {
          asks: text('where the note stands in relation to the books', 'dấu đã xử lý nằm ở đâu so với sổ'),
          needs: [
            [
              'same transaction',
              'one transaction',
              'single transaction',
              'cùng transaction',
              'một transaction',
              'cùng một transaction',
            ],
            [
              'book',
              'effect',
              'balance',
              'ledger',
              'business',
              'sổ',
              'bút toán',
              'tác dụng',
              'số dư',
              'nghiệp vụ',
            ],
          ],
        },
        {
          asks: text('who makes the key, and before what', 'ai tạo key, và tạo trước việc gì'),
          needs: [
            ['key', 'id'],
            ['producer', 'client', 'app', 'sender', 'caller', 'checkout', 'bên gửi', 'ứng dụng'],
            ['before', 'once', 'first', 'trước', 'một lần', 'đầu tiên', 'lần đầu'],
          ],
        },
        {
          asks: text('how long it is remembered, and why so long', 'nhớ bao lâu, và vì sao chừng đó'),
          needs: [
            ['day', 'week', 'month', 'hour', 'long', 'ngày', 'tuần', 'tháng', 'giờ', 'lâu'],
            [
              'retry',
              'retries',
              'dlq',
              'dead letter',
              'dead-letter',
              'redrive',
              'sent again',
              'gửi lại',
              'thử lại',
            ],
          ],
        },
        {
          asks: text(
            'for whom a key counts: one message, one consumer, one customer',
            'key tính cho ai: một message, một consumer, một khách hàng',
          ),
          needs: [
            ['consumer', 'service', 'customer', 'user', 'tenant', 'khách', 'người dùng'],
            [
              'scope',
              'per',
              'each',
              'own',
              'together with',
              'and the',
              'pair',
              'phạm vi',
              'mỗi',
              'riêng',
              'kèm',
              'cặp',
              'theo',
            ],
            ['key', 'id'],
          ],
        },
        {
          asks: text(
            'which effects stay outside, and what becomes of them',
            'tác dụng nào nằm ngoài, và chúng ra sao',
          ),
          needs: [
            [
              'mail',
              'e-mail',
              'email',
              'card',
              'sms',
              'http',
              'push',
              'external',
              'outside',
              'thẻ',
              'bên ngoài',
              'thông báo',
            ],
            [
              'not',
              'outside',
              'twice',
              'again',
              'cannot',
              'own key',
              'không',
              'ngoài',
              'hai lần',
              'lần nữa',
              'key riêng',
            ],
          ],
        },
      ],
      wrong: [
        {
          says: [
            ['broker', 'rabbitmq', 'kafka'],
            [
              'drops duplicates',
              'removes duplicates',
              'filters duplicates',
              'deduplicates',
              'delivers exactly once',
              'lọc trùng',
              'bỏ bản trùng',
              'giao đúng một lần',
            ],
          ],
          why: text(
            'no broker knows that two messages mean one thing; it delivers at least once, and the consumer tells them apart',
            'không broker nào biết hai message là một việc; nó giao ít nhất một lần, còn phân biệt là việc của consumer',
          ),
        },
        {
          says: [
            ['in memory', 'a set', 'a map', 'trong bộ nhớ', 'trong ram'],
            ['enough', 'suffices', 'is fine', 'will do', 'là đủ', 'là ổn'],
          ],
          why: text(
            'a memory that dies with the process knows nothing of what was processed before the restart, which is when the copies come',
            'trí nhớ chết theo process thì không biết gì về những thứ xử lý trước khi khởi động lại, mà bản trùng lại tới đúng lúc đó',
          ),
        },
        {
          says: [
            ['note', 'inbox', 'id', 'key', 'dấu'],
            [
              'after the commit',
              'after committing',
              'after the booking',
              'before the booking',
              'sau khi commit',
              'sau khi ghi sổ',
              'trước khi ghi sổ',
            ],
            ['is safe', 'safe enough', 'is enough', 'works', 'là an toàn', 'là đủ', 'là được'],
          ],
          why: text(
            'between the two there is a moment at which a crash leaves one without the other: before loses, after doubles',
            'ở giữa luôn có lúc crash để lại cái này mà thiếu cái kia: ghi trước thì mất, ghi sau thì trùng',
          ),
        },
      ],
    },
  ],
}
