/** The points that the rules of retrying of study-11 are evaluated by. */
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

const file = 'NOTES.md'

export const rules: Rubric = {
  item: 'study-11.7',
  file,
  text: text(
    'NOTES.md gives a team its rules of retrying: which errors, how often, until when, in which layer, and why',
    'NOTES.md cho cả nhóm bộ quy tắc retry: lỗi nào, bao nhiêu lần, tới khi nào, ở tầng nào, và vì sao',
  ),
  sections: [
    {
      heading: text('Rules for a team', 'Quy tắc cho cả nhóm'),
      ask: text(
        'a list of rules, each with what goes wrong without it',
        'một danh sách quy tắc, mỗi quy tắc kèm chuyện hỏng nếu thiếu nó',
      ),
      wordsMin: 75,
      points: [
        {
          asks: text('which errors are tried again, and which are not', 'lỗi nào thử lại, lỗi nào không'),
          needs: [
            [
              'transient',
              'temporary',
              'passes',
              '503',
              'busy',
              'timeout',
              'connection',
              'tạm thời',
              'bận',
              'kết nối',
            ],
            [
              'permanent',
              'invalid',
              'unreadable',
              'declined',
              'malformed',
              '4xx',
              '400',
              'vĩnh viễn',
              'không hợp lệ',
              'không đọc',
              'từ chối',
              'hỏng',
            ],
          ],
        },
        {
          asks: text('in how many layers', 'ở mấy tầng'),
          needs: [
            [
              'one layer',
              'single layer',
              'only layer',
              'one place',
              'only one',
              'một tầng',
              'một chỗ',
              'duy nhất',
            ],
            ['multipl', '64', 'times', 'else', 'otherwise', 'because', 'nhân', 'nếu không', 'vì', 'thành'],
          ],
        },
        {
          asks: text('what ends it', 'cái gì chấm dứt nó'),
          needs: [
            [
              'deadline',
              'limit',
              'at most',
              'no more than',
              'maximum',
              'after five',
              'after the last',
              'number of attempts',
              'thời hạn',
              'hạn chót',
              'tối đa',
              'giới hạn',
            ],
            [
              'dead letter',
              'dlq',
              'give up',
              'gives up',
              'fail',
              'stop',
              'customer',
              'waits',
              'bỏ cuộc',
              'dừng',
              'khách',
              'chờ',
            ],
          ],
        },
        {
          asks: text(
            'how the load of retries is kept small when everything fails',
            'khi mọi thứ đều lỗi thì giữ tải của retry nhỏ bằng cách nào',
          ),
          needs: [
            [
              'budget',
              'circuit',
              'breaker',
              'token',
              'share',
              '%',
              'percent',
              'hạn mức',
              'tỉ lệ',
              'phần trăm',
            ],
            [
              'load',
              'overload',
              'down',
              'traffic',
              'service',
              'requests',
              'tải',
              'sập',
              'request',
              'lưu lượng',
            ],
          ],
        },
        {
          asks: text('what keeps clients from coming together', 'cái gì khiến các client không tới cùng lúc'),
          needs: [
            ['jitter', 'random', 'drawn', 'ngẫu nhiên', 'bốc'],
            ['together', 'at once', 'same', 'herd', 'spread', 'cùng lúc', 'cùng', 'trải', 'cả đàn'],
          ],
        },
        {
          asks: text(
            'what must hold before anything that costs money is tried again',
            'trước khi thử lại thứ tốn tiền thì phải có gì',
          ),
          needs: [
            [
              'idempoten',
              'same id',
              'same key',
              'key',
              'ask for the outcome',
              'cùng id',
              'cùng key',
              'hỏi kết quả',
            ],
            ['twice', 'again', 'second', 'double', 'charge', 'hai lần', 'lần nữa', 'trừ tiền', 'trùng'],
          ],
        },
      ],
      entries: {
        min: 6,
        wordsMin: 10,
        each: [
          {
            oneOf: [
              'because',
              'otherwise',
              'else',
              'since',
              'would',
              'so that',
              'without',
              'or the',
              'or a',
              'fails again',
              'block',
              'in vain',
              'vô ích',
              'chắn đường',
              'vì',
              'nếu không',
              'kẻo',
              'để',
              'thì',
              'không thì',
            ],
            why: text('say what goes wrong without this rule', 'nói rõ thiếu quy tắc này thì hỏng chuyện gì'),
          },
        ],
      },
      wrong: [
        {
          says: [
            ['every error', 'all errors', 'any error', 'mọi lỗi', 'tất cả lỗi', 'lỗi nào cũng'],
            ['retry', 'retried', 'try again', 'tried again', 'thử lại'],
          ],
          why: text(
            'what is wrong for good is only tried in vain, and keeps the rest waiting',
            'thứ đã hỏng hẳn thì chỉ thử vô ích, và bắt phần còn lại phải chờ',
          ),
        },
        {
          says: [
            ['each layer', 'every layer', 'all layers', 'mỗi tầng', 'mọi tầng', 'tầng nào cũng'],
            ['retries', 'should retry', 'may retry', 'tries again', 'retry', 'thử lại'],
          ],
          why: text(
            'layers multiply: three of four tries each make 64 calls',
            'các tầng nhân với nhau: ba tầng bốn lần thành 64 lần gọi',
          ),
        },
        {
          says: [
            ['exponential', 'backoff'],
            ['enough', 'suffices', 'no jitter', 'without jitter is', 'là đủ', 'không cần jitter'],
          ],
          why: text(
            'backoff spreads the attempts of one client; clients that failed together stay together',
            'backoff trải các lần thử của một client; các client lỗi cùng lúc thì vẫn đi cùng nhau',
          ),
        },
      ],
    },
  ],
}
