/** Which written deliverables are refused, and with which words: empty, padded and copied ones, and no honest one. */
import { describe, expect, test } from 'vitest'
import { text } from '../verdict/language.ts'
import { type DocumentRules, isMentioned, type MeasuredFigures, readDocument } from './document.ts'

const rules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    {
      heading: text('What survives', 'Cái gì sống sót'),
      ask: text('say what is left after a kill', 'viết ra cái gì còn lại sau cú kill'),
      wordsMin: 20,
      mentions: [
        { oneOf: ['durable'], why: text('it decides what is kept', 'nó quyết định cái gì được giữ') },
        { oneOf: ['ready', 'không biết'], why: text('somebody must know', 'phải có ai đó biết') },
      ],
    },
  ],
}

const tableRules: DocumentRules = {
  file: 'NOTES.md',
  sections: [
    { heading: text('Endings', 'Kết cục'), ask: text('a table', 'một bảng'), wordsMin: 1, tableRowsMin: 2 },
  ],
}

const good = {
  en: `The queue is durable, so a kill of the broker leaves it where it was, with every persistent message that had been
confirmed before. A transient one goes. I saw three messages ready afterwards.`,
  vi: `Queue được khai báo durable nên broker bị kill rồi khởi động lại thì nó vẫn còn, cùng các message persistent đã
confirm. Message transient thì mất. Trước khi thử tôi không
biết điều này.`,
}

const english = (document: string, lesson = '', by = rules) =>
  readDocument(document, by, lesson).map(({ said }) => said.en)
const section = (prose: string, title = 'What survives') => `# Notes\n\n## ${title}\n\n${prose}\n`

describe('passes', () => {
  test.each([
    ['English', section(good.en)],
    ['Vietnamese, composed', section(good.vi, 'Cái gì sống sót')],
    ['Vietnamese, decomposed', section(good.vi, 'Cái gì sống sót').normalize('NFD')],
    ['one language below the other’s heading', section(good.vi)],
    ['a heading written a little differently', section(good.en, '  what SURVIVES?  ##')],
    ['Windows line ends', section(good.en).replaceAll('\n', '\r\n')],
    ['with more sections than asked for', `## Before\n\nx\n\n${section(good.en)}\n## After\n\ny\n`],
    ['with smaller headings inside', section(`### First\n\n${good.en}\n\n### Second\n`)],
  ])('%s', (_, document) => {
    expect(readDocument(document, rules, '')).toEqual([])
  })

  test('a long text, although long texts come back to their words, most of all in Vietnamese', () => {
    // 1,000 words from a vocabulary of 330: a share of different words that honest long prose has.
    const vocabulary = Array.from({ length: 330 }, (_, index) => `word${index}`)
    const long = Array.from(
      { length: 1000 },
      (_, index) => vocabulary[(index * 37) % vocabulary.length],
    ).join(' ')

    expect(english(section(`${good.en} ${long}`))).toEqual([])
  })

  test('words that the lesson has too, as long as its sentences are not taken over', () => {
    expect(
      english(
        section(good.en),
        'The queue is durable, so a kill leaves it alone. Messages that were confirmed stay.',
      ),
    ).toEqual([])
  })
})

describe('refuses', () => {
  test('a missing section, in both languages', () => {
    expect(readDocument('# Notes\n\nWhat survives? All.\n', rules, '')).toEqual([
      { line: 1, said: text('the section "What survives" is missing', 'thiếu mục "Cái gì sống sót"') },
    ])
  })

  test('a lazy one, with the number of words and what to write, at its heading', () => {
    expect(readDocument(section('The queue survives.'), rules, '')).toEqual([
      {
        line: 3,
        said: text(
          '"What survives" has 3 words of yours and needs 20: say what is left after a kill',
          'mục "Cái gì sống sót" mới có 3 từ của bạn, cần 20: viết ra cái gì còn lại sau cú kill',
        ),
      },
    ])
  })

  test.each([
    ['quoted questions', good.en.replaceAll(/^/gm, '> ')],
    ['comments', `<!-- ${good.en} -->`],
    ['code', `\`\`\`\n${good.en}\n\`\`\``],
    ['code between tildes', `~~~ts\n${good.en}\n~~~`],
    ['code that shows code', `\`\`\`\`md\n\`\`\`\n${good.en}\n\`\`\`\n\`\`\`\``],
    ['headings', `### ${good.en.replaceAll('\n', ' ')}`],
    ['letters and signs', 'a b c d e f g h i j k l m n o p q r s t u v w x y z — … + = / 1 2 3'],
    ['another section', `\n\n## Other\n\n${good.en}`],
  ])('a section that holds nothing but %s', (_, prose) => {
    expect(english(section(prose))[0]).toMatch(/^"What survives" has 0 words of yours/)
  })

  test('a padded one, whatever points stand between its words', () => {
    const padded = 'The durable queue is ready. '.repeat(8)

    expect(english(section(padded))).toEqual(['"What survives" says the same words again and again'])
    expect(
      english(section(`${good.en} ${'durable ready. durable, ready; durable-ready? '.repeat(30)}`)),
    ).toEqual(['"What survives" says the same words again and again'])
  })

  test('one that copies the lesson, whatever its line breaks and signs, and says which words', () => {
    const lesson = `Some lesson.\n\n${good.en.replaceAll(' ', '\n')}`

    const [finding] = readDocument(section(good.en.replaceAll(',', ' –')), rules, lesson)

    expect(finding?.said).toEqual(
      text(
        '"What survives" repeats the lesson ("the queue is durable so kill of the broker leaves it where …"): use your own words',
        'mục "Cái gì sống sót" chép lại bài học ("the queue is durable so kill of the broker leaves it where …"): viết lại bằng lời của bạn',
      ),
    )
  })

  test('a Vietnamese copy whose characters are decomposed', () => {
    expect(english(section(good.vi.normalize('NFD')), good.vi.normalize('NFC'))).toEqual([
      expect.stringContaining('repeats the lesson'),
    ])
  })

  test('one that is about something else, with the reason for each word', () => {
    const wrong = good.en.replace('durable', 'strong').replace('ready', 'already there')

    expect(readDocument(section(wrong), rules, '').map(({ said }) => said)).toEqual([
      text(
        '"What survives" does not mention durable: it decides what is kept',
        'mục "Cái gì sống sót" chưa nhắc tới durable: nó quyết định cái gì được giữ',
      ),
      text(
        '"What survives" does not mention ready: somebody must know',
        'mục "Cái gì sống sót" chưa nhắc tới ready: phải có ai đó biết',
      ),
    ])
  })

  test('a comment moves no line', () => {
    const document = `<!--\none\ntwo\n-->\n${section('too short')}`
    expect(readDocument(document, rules, '').map(({ line }) => line)).toEqual([7])
  })
})

test.each([
  ['khoá chính', 'một khóa chính'],
  ['khóa', 'bị khoá'],
  ['huỷ', 'đã Hủy'],
  ['xoe', 'tròn xoe'],
])('%j is in %j, on whichever vowel the tone is written', (phrase, prose) => {
  expect(isMentioned(phrase, prose)).toBe(true)
  expect(isMentioned(phrase, prose.normalize('NFD'))).toBe(true)
})

describe('tables', () => {
  const rows = (...lines: string[]) => english(section(lines.join('\n'), 'Endings'), '', tableRules)

  test('count their rows, not head and rule', () => {
    expect(rows('| what | after |', '|---|:-:|', '| queue | kept |', '| binding | kept |')).toEqual([])
    expect(rows('| what | after |', '|---|---|', '| queue | kept |')).toEqual([
      'the table in "Endings" has 1 row and needs 2',
    ])
  })

  test('may leave out the bars at the edges', () => {
    expect(rows('what | after', '--- | ---', 'queue | kept', 'binding | kept')).toEqual([])
  })

  test('two tables have two heads', () => {
    const table = ['| what | after |', '|---|---|', '| queue | kept |', '']
    expect(rows(...table, ...table)).toEqual([])
    expect(rows(...table, '| what | after |', '|---|---|', '| queue | |')).toHaveLength(1)
  })

  test('rows in which nothing was filled in do not count, nor do bars in prose', () => {
    expect(
      rows('| what | after |', '|---|---|', '| queue | |', '| binding | … |', '', 'either | or'),
    ).toEqual(['the table in "Endings" has 0 rows and needs 2'])
  })
})

describe('figures', () => {
  const quoting: DocumentRules = {
    file: 'NOTES.md',
    sections: [
      { heading: text('Cost', 'Chi phí'), ask: text('say it', 'viết ra'), wordsMin: 1, figures: ['replay'] },
    ],
  }
  const measured = (value: number, unit = 'ms'): MeasuredFigures => ({
    command: 'npm run measure mq-10',
    byName: new Map([['replay', { value, unit, said: text('a replay', 'một lần replay') }]]),
  })
  const findings = (prose: string, figures?: MeasuredFigures) =>
    readDocument(section(prose, 'Cost'), quoting, '', figures).map(({ said }) => said.en)

  test.each([
    ['It took 247 ms here.', measured(247.4)],
    ['It took 250 ms, give or take.', measured(247.4)],
    ['It took 1,234.5 ms here.', measured(1234.5)],
    ['Nó mất 1.234,5 ms trên máy này.', measured(1234.5)],
    ['It took 54 µs here.', measured(0.054)],
    ['It took 2.1 seconds here.', measured(2100)],
    ['It did 12,000 a second.', measured(12_000, 'messages/s')],
  ])('may be quoted as in "%s"', (prose, figures) => {
    expect(findings(prose, figures)).toEqual([])
  })

  test('must be those that were measured last', () => {
    const taken =
      '"Cost" does not quote what was measured (a replay: 250 ms), or says something else: npm run measure mq-10 takes it anew'
    expect(findings('It took 12 ms here.', measured(247.4))).toEqual([taken])
    expect(findings('It took a while here.', measured(247.4))).toEqual([taken])
    // Only durations have other units to be told in.
    expect(findings('It did 12 a second.', measured(12_000, 'messages/s'))).toHaveLength(1)
  })

  test('that are missing are told with the command that takes them', () => {
    const none = { command: 'npm run measure mq-10', byName: new Map() }
    expect(findings('It took 12 ms here.', none)).toEqual([
      '"Cost" has to quote a figure that was not measured yet (replay): npm run measure mq-10',
    ])
  })
})
