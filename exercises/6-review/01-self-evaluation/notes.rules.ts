/** What SELF-EVALUATION.md has to say. */
import type { DocumentRules } from '#lab/kit/document'
import type { Rubric } from '#lab/kit/rubric'
import { text } from '#lab/verdict/language'

const file = 'SELF-EVALUATION.md'
/** Words by which a run, an item or an experiment is named. */
const evidence = [
  'study-',
  'design-',
  'mq-',
  'failure-',
  'consistency-',
  'experiment',
  'kill',
  'figure',
  'run ',
  'thí nghiệm',
  'lần chạy',
  'số liệu',
]
const questions = [
  'how',
  'why',
  'what',
  'when',
  'which',
  'whether',
  'where',
  'who',
  'does',
  'can ',
  'if ',
  'sao',
  'vì sao',
  'thế nào',
  'khi nào',
  'liệu',
  'bao nhiêu',
  'bao giờ',
  'ai ',
  'nếu ',
  'có phải',
]

export const mastered: Rubric = {
  item: 'review-01.10',
  file,
  text: text(
    'SELF-EVALUATION.md names 3 concepts that you master, each with the run that convinced you',
    'SELF-EVALUATION.md nêu 3 khái niệm bạn nắm vững, mỗi cái kèm lần chạy khiến bạn tin',
  ),
  sections: [
    {
      heading: text('Three concepts that I master', 'Ba khái niệm tôi nắm vững'),
      ask: text(
        'three list entries: the concept, what is not obvious about it, the run that convinced you',
        'ba gạch đầu dòng: khái niệm, điều không hiển nhiên về nó, lần chạy khiến bạn tin',
      ),
      wordsMin: 50,
      points: [],
      entries: {
        min: 3,
        wordsMin: 15,
        each: [
          {
            oneOf: evidence,
            why: text(
              'name the item, the experiment or the figure that convinced you',
              'nêu mục, thí nghiệm hay số liệu khiến bạn tin',
            ),
          },
        ],
      },
    },
  ],
}

export const toImprove: Rubric = {
  item: 'review-01.11',
  file,
  text: text(
    'SELF-EVALUATION.md names 3 concepts to improve, each with the question that is still open',
    'SELF-EVALUATION.md nêu 3 khái niệm cần cải thiện, mỗi cái kèm câu hỏi còn bỏ ngỏ',
  ),
  sections: [
    {
      heading: text('Three concepts to improve', 'Ba khái niệm cần cải thiện'),
      ask: text(
        'three list entries: the concept, and the question that is still open',
        'ba gạch đầu dòng: khái niệm, và câu hỏi còn bỏ ngỏ',
      ),
      wordsMin: 35,
      points: [],
      entries: {
        min: 3,
        wordsMin: 10,
        each: [
          {
            oneOf: questions,
            why: text(
              'say which question is open, so that somebody could answer it',
              'nêu câu hỏi còn mở để người khác trả lời được',
            ),
          },
        ],
      },
    },
  ],
}

export const plan: DocumentRules = {
  file,
  sections: [
    {
      heading: text('Plan', 'Kế hoạch'),
      ask: text(
        'a table: the weak spot, what you will do, by when, how you will know that it is done; three rows or more',
        'một bảng: điểm yếu, sẽ làm gì, trước khi nào, làm sao biết đã xong; từ ba dòng',
      ),
      wordsMin: 40,
      tableRowsMin: 3,
      tableCellsMin: 4,
      mentions: [
        {
          oneOf: evidence,
          why: text(
            'link the weak spot to a task, an item or an experiment',
            'gắn điểm yếu với một bài, một mục hay một thí nghiệm',
          ),
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
            'today',
            'tomorrow',
            'week',
            'thứ ',
            'chủ nhật',
            'hôm nay',
            'ngày mai',
            'tuần',
            '2026',
            '2027',
            '/',
          ],
          why: text('by when?', 'trước khi nào?'),
        },
      ],
    },
  ],
}
