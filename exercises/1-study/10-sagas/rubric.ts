/** What the two tables of study-10 are read by: choreography beside orchestration, and the engines that run sagas. */
import type { Rubric, WrongStatement } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

const file = 'NOTES.md'

const wrong: readonly WrongStatement[] = [
  {
    says: [
      ['compensat', 'bù trừ'],
      [
        'erase',
        'roll back',
        'rolls back',
        'rollback',
        'deletes',
        'as if it never',
        'xoá',
        'rollback',
        'như chưa từng',
      ],
    ],
    why: text(
      'a compensation is a second fact that reverses the first; it erases nothing, and others have seen the first',
      'bù trừ là sự việc thứ hai đảo ngược cái đầu; nó không xoá gì, và bên khác đã thấy cái đầu',
    ),
  },
  {
    says: [
      [
        'more scalable',
        'more modern',
        'cleaner',
        'more elegant',
        'simply better',
        'hiện đại hơn',
        'đẹp hơn',
        'sạch hơn',
        'tốt hơn hẳn',
      ],
    ],
    why: text(
      'praise compares nothing: name what can be observed, such as messages for each step, or who can say that it is over',
      'khen thì không so sánh được gì: hãy nêu điều quan sát được, như số message mỗi bước, hay ai nói được là đã xong',
    ),
  },
  {
    says: [
      ['saga'],
      ['isolation', 'isolated', 'cô lập'],
      ['keeps', 'gives', 'guarantees', 'provides', 'ensures', 'giữ', 'bảo đảm', 'đảm bảo', 'có'],
    ],
    why: text(
      'isolation is what a saga gives up: each step is committed and seen before the next one begins',
      'cô lập chính là thứ saga bỏ: bước nào cũng commit và bị nhìn thấy trước khi bước sau bắt đầu',
    ),
  },
]

export const sideBySide: Rubric = {
  item: 'study-10.4',
  file,
  text: text(
    'NOTES.md sets choreography and orchestration side by side by 10 criteria, with facts in every cell',
    'NOTES.md đặt choreography và orchestration cạnh nhau theo 10 tiêu chí, ô nào cũng là dữ kiện',
  ),
  sections: [
    {
      heading: text('Choreography beside orchestration', 'Choreography đặt cạnh orchestration'),
      ask: text(
        'a table of three columns: the criterion, choreography, orchestration; ten rows',
        'bảng ba cột: tiêu chí, choreography, orchestration; mười dòng',
      ),
      wordsMin: 75,
      tableRowsMin: 10,
      tableCellsMin: 3,
      mentions: [
        {
          oneOf: ['message', 'event', 'command'],
          why: text('count what goes over the wire', 'hãy đếm những gì đi trên đường truyền'),
        },
        {
          oneOf: ['timeout', 'time-out', 'deadline', 'hạn', 'hẹn giờ'],
          why: text(
            'who notices that a step never answered decides much',
            'ai nhận ra một bước không hề trả lời là điều quyết định nhiều thứ',
          ),
        },
        {
          oneOf: ['crash', 'restart', 'kill', 'killed', 'sập', 'khởi động lại'],
          why: text('a saga is known by what a crash does to it', 'biết saga là biết crash làm gì với nó'),
        },
        {
          oneOf: [
            'over',
            'stuck',
            'where it stands',
            'status',
            'state',
            'xong',
            'treo',
            'trạng thái',
            'tới đâu',
          ],
          why: text(
            'who can say where a payment stands is the first difference',
            'ai nói được thanh toán đang ở đâu là khác biệt đầu tiên',
          ),
        },
        {
          oneOf: ['compensat', 'undo', 'bù trừ', 'hoàn tác'],
          why: text('going back is half of a saga', 'quay lui là một nửa của saga'),
        },
      ],
      points: [],
      wrong,
    },
  ],
}

export const engines: Rubric = {
  item: 'study-10.7',
  file,
  text: text(
    'NOTES.md says of 4 saga engines or libraries how they keep state and timers, and what they leave to you',
    'NOTES.md nêu 4 engine hay thư viện saga: lưu trạng thái, hẹn giờ thế nào, và phần nào phải tự làm',
  ),
  sections: [
    {
      heading: text('Engines and libraries', 'Các engine và thư viện'),
      ask: text(
        'a table of four columns: the engine, where its state is, how it keeps timers, what is left to you; four rows',
        'bảng bốn cột: engine, trạng thái ở đâu, hẹn giờ thế nào, phần nào phải tự làm; bốn dòng',
      ),
      wordsMin: 40,
      tableRowsMin: 4,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: ['timer', 'timeout', 'schedule', 'due', 'deadline', 'hẹn giờ', 'hạn'],
          why: text(
            'a timer that dies with the process is none',
            'hẹn giờ chết theo process thì không phải hẹn giờ',
          ),
        },
        {
          oneOf: ['idempoten', 'key', 'duplicate', 'trùng'],
          why: text(
            'no engine makes a call to somebody else happen once',
            'không engine nào làm cho lời gọi ra ngoài chỉ xảy ra một lần',
          ),
        },
        {
          oneOf: ['compensat', 'undo', 'bù trừ', 'hoàn tác'],
          why: text('who writes the way back, and who runs it', 'ai viết đường lui, và ai chạy nó'),
        },
        {
          oneOf: ['history', 'table', 'database', 'log', 'event', 'store', 'bảng', 'lịch sử'],
          why: text('say where its state outlives a crash', 'hãy nói trạng thái nằm ở đâu để qua được crash'),
        },
      ],
      points: [],
      wrong: [
        ...wrong,
        {
          says: [
            ['temporal', 'camunda', 'step functions', 'restate', 'engine'],
            [
              'exactly once',
              'exactly-once',
              'đúng một lần',
              'never twice',
              'only once',
              'không bao giờ hai lần',
            ],
            ['call', 'activit', 'card', 'http', 'charge', 'gọi', 'trừ thẻ'],
          ],
          why: text(
            'an engine repeats a call whose outcome it did not hear: the other side needs a key, whatever the engine',
            'engine gọi lại khi không nghe được kết quả: phía bên kia vẫn cần key, engine nào cũng vậy',
          ),
        },
      ],
    },
  ],
}
