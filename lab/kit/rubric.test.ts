/** A rubric finds what is said in either language, and refuses lists of terms, repeated arguments and what is not so. */
import { describe, expect, test } from 'vitest'
import { text } from '../verdict/language.ts'
import { pointsIn, type Rubric, readRubric } from './rubric.ts'

const rubric: Rubric = {
  item: 'study-01.2',
  file: 'NOTES.md',
  text: text('the notes define it', 'ghi chép có định nghĩa'),
  sections: [
    {
      heading: text('A queue', 'Queue'),
      ask: text('define it', 'định nghĩa'),
      wordsMin: 12,
      points: [
        {
          asks: text('who gets a message?', 'ai nhận message?'),
          needs: [['consumer'], ['one', 'một']],
        },
        {
          asks: text('when is it gone?', 'khi nào mất?'),
          needs: [
            ['gone', 'delete', 'không còn'],
            ['ack', 'hết hạn'],
          ],
        },
      ],
      wrong: [
        {
          says: [
            ['delete', 'xoá'],
            ['on delivery', 'khi giao'],
          ],
          why: text('delivery deletes nothing', 'giao không xoá gì'),
        },
        {
          says: [['broker'], ['delete'], ['ack']],
          isDenied: true,
          why: text('an ack does delete', 'ack có xoá'),
        },
      ],
    },
  ],
}

const good =
  'Each message goes to one of the consumers that listen. It is gone from the list when the ack of that consumer arrives.'

const read = (prose: string, heading = 'A queue', lesson = ''): string[] =>
  readRubric(`# Notes\n\n## ${heading}\n\n${prose}\n`, rubric, lesson).map(({ said }) => said.en)

describe('a rubric', () => {
  test.each([
    ['in English', good, 'A queue'],
    [
      'in Vietnamese',
      'Mỗi message chỉ giao cho một consumer trong số đang nghe. Message không còn nữa khi ack của bên đó về tới broker.',
      'Queue',
    ],
    [
      'in a list',
      '- A message is given to one consumer, whichever has room.\n- It is gone as soon as the broker has got the ack for it.',
      'A queue',
    ],
    ['over a line break', good.replaceAll(' of ', '\nof '), 'A queue'],
    [
      'while denying what is false',
      `${good} The broker does not delete anything on delivery, whatever people say.`,
      'A queue',
    ],
  ])('passes a text that says it %s', (_name, prose, heading) => {
    expect(read(prose, heading)).toEqual([])
  })

  test.each([
    [
      'is missing a point',
      'Each message goes to one of the consumers that listen to the queue, and to nobody else at all.',
      'it does not say yet: when is it gone?',
    ],
    [
      'lists the terms',
      'Consumer one. Publisher exchange routing key. Gone ack. Queue binding topic durable. Quorum classic stream delete.',
      'names things without saying anything',
    ],
    [
      'puts every term into one sentence of terms',
      'consumer one gone delete ack consumers acks one gone deleted ack consumer',
      'names things without saying anything',
    ],
    ['is too short', 'One consumer gets it.', 'needs 12'],
    [
      'says what is not so',
      `${good} The broker will delete a message on delivery, so be quick.`,
      'delivery deletes nothing',
    ],
    [
      'denies what is so',
      `${good} A broker will not delete anything on an ack, it keeps all for ever.`,
      'an ack does delete',
    ],
  ])('refuses a text that %s', (_name, prose, said) => {
    expect(read(prose).join('\n')).toContain(said)
  })

  test('refuses the sentences of the lesson', () => {
    expect(read(good, 'A queue', `The lesson says: ${good}`).join()).toContain('repeats the lesson')
  })

  test('lets one sentence make two points and no more', () => {
    const [section] = rubric.sections
    const third = { asks: text('where does it wait?', 'chờ ở đâu?'), needs: [['wait'], ['queue']] }
    const three = {
      ...rubric,
      sections: section === undefined ? [] : [{ ...section, points: [...section.points, third] }],
    }
    const sentence =
      'A message that has to wait in the queue for one of many consumers is gone only when the ack of it has come back'

    expect(
      readRubric(`## A queue\n\n${sentence}.`, three, '')
        .map(({ said }) => said.en)
        .join(),
    ).toContain('makes 2 of 3 points')
    expect(pointsIn(three)).toBe(3)
  })
})

describe('a list of arguments', () => {
  const [section] = rubric.sections
  const listed: Rubric = {
    ...rubric,
    sections:
      section === undefined
        ? []
        : [
            {
              ...section,
              points: [],
              entries: {
                min: 2,
                wordsMin: 6,
                each: [{ oneOf: ['because', 'vì'], why: text('say why', 'nói vì sao') }],
              },
            },
          ],
  }
  const readList = (prose: string): string =>
    readRubric(`## A queue\n\n${prose}`, listed, '')
      .map(({ said }) => said.en)
      .join()
  const one = '- Charging cards, because two workers would charge the customer twice.'
  const two = '- Sending receipts by mail, because nobody likes to read them three times.'

  test.each([
    ['passes when each entry stands by itself', `${one}\n${two}`, ''],
    ['needs enough of them', `${one}\n- Mail and so on.`, 'has 1 list entry of 6 words or more and needs 2'],
    [
      'needs another argument for each',
      `${one}\n${one.replace('cards', 'wallets')}`,
      'gives one argument twice',
    ],
    [
      'needs the reason in each',
      `${one}\n- Sending receipts to customers who have paid for an order.`,
      'say why',
    ],
  ])('%s', (_name, prose, said) => {
    if (said === '') expect(readList(prose)).toBe('')
    else expect(readList(prose)).toContain(said)
  })
})
