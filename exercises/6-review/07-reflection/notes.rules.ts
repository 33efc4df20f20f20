/** What REFLECTION.md has to say, section by section. It stands at the repository's top. */
import type { DocumentRules } from '#lab/kit/document'
import type { Rubric } from '#lab/kit/rubric'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'

const file = 'REFLECTION.md'
const atTop = true

const runs = [
  'run',
  'kill',
  'crash',
  'check',
  'test',
  'experiment',
  'measured',
  'figure',
  'saw',
  'showed',
  'ran',
  'chạy',
  'đo',
  'thí nghiệm',
  'thấy',
  'kiểm tra',
  'số liệu',
]
const reasons = ['because', 'since', 'so that', 'which is why', 'therefore', 'vì', 'nên', 'nhờ', 'do đó']

const asked = (item: string, en: string, vi: string) => ({ item, text: text(en, vi) })

export const learned: Rubric = {
  ...asked(
    'review-07.1',
    'REFLECTION.md names the 3 most important things learned, each with the run or figure that showed it',
    'REFLECTION.md nêu 3 điều quan trọng nhất đã học, mỗi điều kèm lần chạy hay số liệu cho thấy nó',
  ),
  file,
  atTop,
  sections: [
    {
      heading: text('Three things I learned', 'Ba điều tôi học được'),
      ask: text(
        'three list entries: what you believed, what you believe now, which run changed it',
        'ba gạch đầu dòng: trước tin gì, giờ tin gì, lần chạy nào làm đổi ý',
      ),
      wordsMin: 60,
      points: [],
      entries: {
        min: 3,
        wordsMin: 15,
        each: [
          {
            oneOf: runs,
            why: text(
              'name the run or the figure that showed it',
              'nêu lần chạy hay số liệu cho thấy điều đó',
            ),
          },
        ],
      },
    },
  ],
}

export const confusing: Rubric = {
  ...asked(
    'review-07.2',
    'REFLECTION.md puts 2 concepts that still confuse you as questions',
    'REFLECTION.md ghi 2 khái niệm còn làm bạn rối, dưới dạng câu hỏi',
  ),
  file,
  atTop,
  sections: [
    {
      heading: text('Two things that still confuse me', 'Hai điều còn làm tôi rối'),
      ask: text(
        'two list entries, each a question, and how far you have come with it',
        'hai gạch đầu dòng, mỗi cái một câu hỏi, và bạn đã nghĩ tới đâu',
      ),
      wordsMin: 35,
      points: [],
      entries: {
        min: 2,
        wordsMin: 12,
        each: [
          {
            oneOf: [
              'how',
              'why',
              'what',
              'when',
              'which',
              'whether',
              'where',
              'does',
              'can ',
              'sao',
              'vì sao',
              'thế nào',
              'khi nào',
              'liệu',
              'bao giờ',
              'bao lâu',
              'ở đâu',
              'có phải',
            ],
            why: text(
              'put it as a question that somebody could answer',
              'viết thành câu hỏi mà người khác trả lời được',
            ),
          },
        ],
      },
    },
  ],
}

const section = (
  heading: Text,
  ask: Text,
  wordsMin: number,
  mentions: NonNullable<DocumentRules['sections'][number]['mentions']>,
) => ({
  heading,
  ask,
  wordsMin,
  mentions,
})

export const handled: DocumentRules = {
  file,
  atTop,
  sections: [
    section(
      text('One failure that I handled', 'Một sự cố tôi đã xử lý'),
      text(
        'what broke, what you did, how you know that it holds',
        'cái gì hỏng, bạn làm gì, vì sao bạn biết là ổn',
      ),
      60,
      [
        {
          oneOf: [
            'crash',
            'kill',
            'lost',
            'twice',
            'died',
            'failed',
            'broke',
            'stuck',
            'chết',
            'mất',
            'trùng',
            'hỏng',
            'kẹt',
            'bị kill',
          ],
          why: text('what broke?', 'cái gì hỏng?'),
        },
        {
          oneOf: [
            'now',
            'added',
            'moved',
            'changed',
            'wrote',
            'made',
            'instead',
            'inbox',
            'outbox',
            'retry',
            'thêm',
            'chuyển',
            'đổi',
            'viết',
            'thay',
            'sửa',
          ],
          why: text('what did you do about it?', 'bạn đã làm gì?'),
        },
        { oneOf: runs, why: text('which run shows that it holds?', 'lần chạy nào cho thấy là ổn?') },
      ],
    ),
  ],
}

export const weeks: DocumentRules = {
  file,
  atTop,
  sections: [
    section(
      text('Week 6 and week 7', 'Tuần 6 và tuần 7'),
      text('what went better, what went worse, and why', 'điều gì tốt hơn, điều gì kém hơn, vì sao'),
      50,
      [
        {
          oneOf: ['week 6', 'week six', 'tuần 6', 'tuần sáu'],
          why: text('compare with week 6', 'hãy so với tuần 6'),
        },
        {
          oneOf: ['better', 'faster', 'more', 'tốt hơn', 'nhanh hơn', 'dễ hơn', 'nhiều hơn'],
          why: text('what went better?', 'điều gì tốt hơn?'),
        },
        {
          oneOf: ['worse', 'slower', 'less', 'harder', 'kém hơn', 'chậm hơn', 'khó hơn', 'ít hơn', 'tệ hơn'],
          why: text('what went worse?', 'điều gì kém hơn?'),
        },
        { oneOf: reasons, why: text('and why?', 'và vì sao?') },
      ],
    ),
  ],
}

export const preparation: DocumentRules = {
  file,
  atTop,
  sections: [
    section(
      text('Preparation for week 8', 'Chuẩn bị cho tuần 8'),
      text(
        'what you will read, build or repeat before week 8, in which order, and when',
        'trước tuần 8 sẽ đọc, làm hay ôn gì, theo thứ tự nào, khi nào',
      ),
      45,
      [
        {
          oneOf: ['microservice', 'service', 'week 8', 'tuần 8'],
          why: text('what is week 8 about?', 'tuần 8 nói về gì?'),
        },
        {
          oneOf: [
            'read',
            'build',
            'write',
            'repeat',
            'run',
            'draw',
            'practise',
            'đọc',
            'xây',
            'viết',
            'làm lại',
            'chạy',
            'vẽ',
            'ôn',
          ],
          why: text('what will you do?', 'bạn sẽ làm gì?'),
        },
        {
          oneOf: [
            'monday',
            'tuesday',
            'wednesday',
            'thursday',
            'friday',
            'saturday',
            'sunday',
            'weekend',
            'hour',
            'evening',
            'morning',
            'before',
            'day',
            'thứ ',
            'chủ nhật',
            'cuối tuần',
            'giờ',
            'tối',
            'sáng',
            'trước',
            'ngày',
          ],
          why: text('and when?', 'và khi nào?'),
        },
      ],
    ),
  ],
}

export const goals: Rubric = {
  ...asked(
    'review-07.7',
    'REFLECTION.md sets goals for week 8 of which one will be able to tell whether they were reached',
    'REFLECTION.md đặt mục tiêu cho tuần 8, sau này biết được là đạt hay chưa',
  ),
  file,
  atTop,
  sections: [
    {
      heading: text('Goals for week 8', 'Mục tiêu tuần 8'),
      ask: text(
        'two list entries or more, each with a number, a run or a date by which one can tell',
        'từ hai gạch đầu dòng, mỗi cái có con số, lần chạy hay ngày để biết đạt chưa',
      ),
      wordsMin: 30,
      points: [],
      entries: {
        min: 2,
        wordsMin: 10,
        each: [
          {
            oneOf: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
            why: text(
              'a goal without a number or a date is a wish',
              'mục tiêu không có con số hay ngày thì chỉ là mong ước',
            ),
          },
        ],
      },
    },
  ],
}

/** The page as a whole. */
export const whole: DocumentRules = {
  file,
  atTop,
  wordsMin: 500,
  sections: [
    ...[learned, confusing].flatMap(({ sections }) =>
      sections.map(({ heading, ask, wordsMin }) => ({ heading, ask, wordsMin })),
    ),
    ...handled.sections,
    section(
      text('Confidence', 'Mức tự tin'),
      text('your number for week 8, and what it rests on', 'con số của bạn cho tuần 8, và dựa vào đâu'),
      20,
      [],
    ),
    ...weeks.sections,
    ...preparation.sections,
    ...goals.sections.map(({ heading, ask, wordsMin }) => ({ heading, ask, wordsMin })),
  ],
}
