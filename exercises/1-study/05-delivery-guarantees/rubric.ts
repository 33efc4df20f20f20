/** What the analyses of study-05 are read by: five points for and five against each guarantee, each tied to a case. */
import type { Rubric, RubricPoint, RubricSection, WrongStatement } from '#lab/kit/rubric'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'

const file = 'NOTES.md'

/** A case: something of a trade, or an event that one could watch. */
const cases = [
  [
    'payment',
    'metric',
    'log',
    'sensor',
    'order',
    'ledger',
    'mail',
    'sms',
    'card',
    'balance',
    'click',
    'dashboard',
    'cache',
    'location',
    'report',
    'customer',
    'wallet',
    'bank',
    'api',
    'gateway',
    'merchant',
    'refund',
    'stock',
    'inventory',
    'shipment',
    'device',
    'cursor',
    'position',
    'game',
    'chat',
    'audit',
  ],
  [
    'crash',
    'kill',
    'restart',
    'redeliver',
    'retry',
    'deploy',
    'ack',
    'confirm',
    'database',
    'transaction',
    'table',
    'broker',
    'queue',
    'topic',
    'consumer',
    'producer',
    'support',
    'team',
    'parser',
    'batch',
    'dlq',
    'dead letter',
    'dedupe',
    'operations',
    'notification',
    'invoice',
    'price',
    'record',
    'account',
  ],
  [
    'thanh toán',
    'số liệu',
    'cảm biến',
    'đơn hàng',
    'sổ cái',
    'thẻ',
    'số dư',
    'khách',
    'ví ',
    'báo cáo',
    'thông báo',
    'hoá đơn',
    'giá ',
    'vị trí',
    'khởi động lại',
    'giao lại',
    'bảng',
    'đội',
    'hỗ trợ',
    'ngân hàng',
    'cửa hàng',
    'đối tác',
    'người dùng',
    'hoàn tiền',
    'tồn kho',
    'thiết bị',
    'tin nhắn',
  ],
].flat()
const caseWanted = text(
  'tie it to a case: which data, which event, who notices',
  'gắn nó với một tình huống: dữ liệu nào, sự cố nào, ai nhận ra',
)

function list(
  heading: Text,
  ask: Text,
  points: readonly RubricPoint[],
  wrong: readonly WrongStatement[],
): RubricSection {
  return {
    heading,
    ask,
    wordsMin: 45,
    points,
    wrong,
    entries: { min: 5, wordsMin: 9, each: [{ oneOf: cases, why: caseWanted }] },
  }
}

const wrong: readonly WrongStatement[] = [
  {
    says: [
      ['exactly once', 'exactly-once', 'đúng một lần'],
      ['delivery', 'delivered', 'giao'],
      ['possible', 'guarantee', 'broker', 'bảo đảm', 'đảm bảo', 'làm được'],
    ],
    why: text(
      'delivery can’t be exactly once: a lost ack and a lost message look alike; an effect can, inside one boundary',
      'việc giao không thể đúng một lần: mất ack và mất message trông giống nhau; tác dụng thì có thể, trong một ranh giới',
    ),
  },
]

export const atMostOnce: Rubric = {
  item: 'study-05.2',
  file,
  text: text(
    'NOTES.md weighs at-most-once by 5 points for it and 5 against, each tied to a case',
    'NOTES.md cân nhắc at-most-once: 5 điểm lợi và 5 điểm hại, điểm nào cũng gắn với một tình huống',
  ),
  sections: [
    list(
      text('For at-most-once', 'Lợi của at-most-once'),
      text('five points, each with a case', 'năm điểm, mỗi điểm một tình huống'),
      [
        {
          asks: text('what nobody has to deal with', 'không ai phải xử lý điều gì'),
          needs: [['duplicate', 'twice', 'repeat', 'trùng', 'hai lần', 'lặp']],
        },
      ],
      wrong,
    ),
    list(
      text('Against at-most-once', 'Hại của at-most-once'),
      text('five points, each with a case', 'năm điểm, mỗi điểm một tình huống'),
      [
        {
          asks: text('in which window a message gets lost', 'message mất trong khoảng nào'),
          needs: [
            ['lost', 'lose', 'loses', 'gone', 'missing', 'mất'],
            [
              'crash',
              'kill',
              'restart',
              'before',
              'between',
              'memory',
              'deploy',
              'bị kill',
              'khởi động lại',
              'trước khi',
              'giữa',
              'bộ nhớ',
            ],
          ],
        },
      ],
      wrong,
    ),
  ],
}

export const atLeastOnce: Rubric = {
  item: 'study-05.4',
  file,
  text: text(
    'NOTES.md weighs at-least-once by 5 points for it and 5 against, among them who pays for the duplicates',
    'NOTES.md cân nhắc at-least-once: 5 điểm lợi và 5 điểm hại, kể cả ai gánh các message bị trùng',
  ),
  sections: [
    list(
      text('For at-least-once', 'Lợi của at-least-once'),
      text('five points, each with a case', 'năm điểm, mỗi điểm một tình huống'),
      [
        {
          asks: text('what a crash does not lose', 'crash không làm mất gì'),
          needs: [
            ['crash', 'kill', 'restart', 'breaks', 'dies', 'bị kill', 'chết', 'đứt', 'khởi động lại'],
            [
              'again',
              'redeliver',
              'nothing',
              'not lost',
              'no payment',
              'still',
              'comes back',
              'giao lại',
              'gửi lại',
              'không mất',
              'vẫn còn',
              'tới lại',
            ],
          ],
        },
      ],
      wrong,
    ),
    list(
      text('Against at-least-once', 'Hại của at-least-once'),
      text(
        'five points, each with a case; one says who pays for the duplicates',
        'năm điểm, mỗi điểm một tình huống; một điểm nói ai gánh message bị trùng',
      ),
      [
        {
          asks: text('who pays for the duplicates', 'ai gánh các message bị trùng'),
          needs: [
            ['duplicate', 'twice', 'repeat', 'second copy', 'trùng', 'hai lần', 'lặp'],
            [
              'consumer',
              'customer',
              'table',
              'every',
              'team',
              'receiver',
              'idempoten',
              'bên nhận',
              'khách',
              'bảng',
              'mỗi',
              'mọi',
              'đội',
            ],
          ],
        },
      ],
      wrong,
    ),
  ],
}

export const exactlyOnce: Rubric = {
  item: 'study-05.6',
  file,
  text: text(
    'NOTES.md weighs exactly-once by 5 points for it and 5 against, with its boundary and its price in latency',
    'NOTES.md cân nhắc exactly-once: 5 điểm lợi và 5 điểm hại, nêu rõ ranh giới và cái giá về latency',
  ),
  sections: [
    list(
      text('For exactly-once', 'Lợi của exactly-once'),
      text(
        'five points, each with a case; say inside which boundary',
        'năm điểm, mỗi điểm một tình huống; nói rõ trong ranh giới nào',
      ),
      [
        {
          asks: text('inside which boundary it holds', 'nó đúng trong ranh giới nào'),
          needs: [
            [
              'inside',
              'within',
              'boundary',
              'border',
              'one database',
              'one cluster',
              'same transaction',
              'one transaction',
              'trong một',
              'trong cùng',
              'ranh giới',
              'cùng transaction',
            ],
          ],
        },
      ],
      wrong,
    ),
    list(
      text('Against exactly-once', 'Hại của exactly-once'),
      text(
        'five points, each with a case; one names the price in latency',
        'năm điểm, mỗi điểm một tình huống; một điểm nêu cái giá về latency',
      ),
      [
        {
          asks: text('what it costs in latency', 'cái giá về latency'),
          needs: [['latency', 'wait', 'slower', 'later', 'milliseconds', 'delay', 'chờ', 'chậm', 'trễ']],
        },
        {
          asks: text('what lies outside of it', 'cái gì nằm ngoài nó'),
          needs: [
            [
              'outside',
              'not covered',
              'beyond',
              'e-mail',
              'email',
              'http',
              'card',
              'ngoài',
              'thẻ',
              'không gồm',
            ],
          ],
        },
      ],
      wrong,
    ),
  ],
}

export const sideBySide: Rubric = {
  item: 'study-05.8',
  file,
  text: text(
    'NOTES.md has one table of all three guarantees by 10 criteria, each of which can be observed',
    'NOTES.md có một bảng so sánh cả ba mức bảo đảm theo 10 tiêu chí, tiêu chí nào cũng quan sát được',
  ),
  sections: [
    {
      heading: text('The three side by side', 'Ba mức đặt cạnh nhau'),
      ask: text(
        'a table: criterion, at most once, at least once, exactly once (as an effect); ten rows',
        'bảng: tiêu chí, at-most-once, at-least-once, exactly-once (tác dụng); mười dòng',
      ),
      wordsMin: 60,
      tableRowsMin: 10,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['crash', 'kill', 'sigkill'],
          why: text('what a crash does is what they differ in', 'chúng khác nhau ở chỗ crash gây ra gì'),
        },
        {
          oneOf: ['confirm'],
          why: text('the producer’s side belongs to it', 'phía producer cũng thuộc về nó'),
        },
        { oneOf: ['ack'], why: text('the consumer’s side belongs to it', 'phía consumer cũng thuộc về nó') },
      ],
      points: [],
      wrong,
    },
  ],
}

export const whoOffers: Rubric = {
  item: 'study-05.9',
  file,
  text: text(
    'NOTES.md says which broker offers which guarantee, since which version and under which settings',
    'NOTES.md ghi broker nào có mức bảo đảm nào, từ phiên bản nào và với cấu hình nào',
  ),
  sections: [
    {
      heading: text('Who offers what', 'Ai có gì'),
      ask: text(
        'a table: broker, guarantee, settings, since which version; four rows',
        'bảng: broker, mức bảo đảm, cấu hình, từ phiên bản nào; bốn dòng',
      ),
      wordsMin: 30,
      tableRowsMin: 4,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: ['acks=all', 'acks: -1', 'acks = all', 'acks'],
          why: text('Kafka’s guarantee rests on it', 'bảo đảm của Kafka dựa vào nó'),
        },
        {
          oneOf: ['confirm'],
          why: text('RabbitMQ’s guarantee rests on it', 'bảo đảm của RabbitMQ dựa vào nó'),
        },
        {
          oneOf: ['0.11', '3.', '4.', '2.', 'kip-98'],
          why: text(
            'a guarantee without a version can’t be checked',
            'bảo đảm mà không nêu phiên bản thì không kiểm chứng được',
          ),
        },
      ],
      points: [],
    },
  ],
}
