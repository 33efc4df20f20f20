/**
 * Rules for a written deliverable, and their evaluator. A rule asks for what a careful reader would miss: a section,
 * enough said in it, the words without which it can't be about the matter. It can't tell good prose from bad; it
 * refuses what is empty, copied or padded.
 */
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'

/** One section of the document. */
export interface SectionRule {
  /** The heading, in either language: a learner writes in one of them. */
  readonly heading: Text
  /** What to write, as the template asks it. */
  readonly ask: Text
  /** Words of the learner's own that the section needs. */
  readonly wordsMin: number
  /** Each group needs one of its words: what a section on this matter can't do without. */
  readonly mentions?: readonly { readonly oneOf: readonly string[]; readonly why: Text }[]
  /** Rows of a table, its head not counted. */
  readonly tableRowsMin?: number
  /** Names of figures of the task's `measure.ts` that the section has to quote, as they were measured last. */
  readonly figures?: readonly string[]
  /** Cells of such a row that must say something, no two of them the same. Default 2. */
  readonly tableCellsMin?: number
}

/** The figures that were measured, by name, and the command that measures them. */
export interface MeasuredFigures {
  readonly command: string
  readonly byName: ReadonlyMap<string, { readonly value: number; readonly unit: string; readonly said: Text }>
}

export interface DocumentRules {
  /** The file, in the task's folder. */
  readonly file: string
  /** The learner's stands at the repository's top. */
  readonly atTop?: true
  /** Words of the learner's own in all the sections together. */
  readonly wordsMin?: number
  readonly sections: readonly SectionRule[]
}

/** What is missing, and where: `line` counts from 1. */
export interface DocumentFinding {
  readonly said: Text
  readonly line: number
}

/** Below this share of different words, a text repeats itself to be long. */
const differentWordsMin = 0.4
/** The share is taken over stretches of so many words: over a long text it falls by itself, in Vietnamese at 400. */
const stretchWords = 100
/** So many words in a row that stand in the lesson too are a copy. */
const copiedWordsMax = 12
/** A row with one cell filled in says nothing about anything. */
const tableCellsMinDefault = 2

/** Two digits of a figure are enough for a text: so far may a quoted one be off. */
const quoteTolerance = 0.05

/** Holds a Markdown text against its rules. `lesson` is the task's README, from which nothing may be copied. */
export function readDocument(
  markdown: string,
  rules: DocumentRules,
  lesson: string,
  figures?: MeasuredFigures,
): DocumentFinding[] {
  const findings = readSections(markdown, rules.sections, lesson, (prose, rule) =>
    unquoted(prose, rule, figures),
  )
  return findings.length > 0 ? findings : tooShort(markdown, rules)
}

/** A page whose sections are long enough each, and not together. */
function tooShort(markdown: string, { sections, wordsMin = 0, file }: DocumentRules): DocumentFinding[] {
  const words = sections.reduce(
    (sum, { heading }) => sum + wordsOf(proseOf(markdown, heading) ?? '').length,
    0,
  )
  if (words >= wordsMin) return []
  return [
    {
      line: 1,
      said: text(
        `${file} has ${words} words of yours in all, and needs ${wordsMin}`,
        `${file} mới có tổng cộng ${words} từ của bạn, cần ${wordsMin}`,
      ),
    },
  ]
}

/**
 * Holds sections against their rules. `more` looks at one that keeps the rules so far: what is too short or copied is
 * told first.
 */
export function readSections<Rule extends SectionRule>(
  markdown: string,
  rules: readonly Rule[],
  lesson: string,
  more: (prose: string, rule: Rule) => Text[] = () => [],
): DocumentFinding[] {
  const sections = sectionsOf(markdown)
  const copied = phrasesOf(lesson)
  return rules.flatMap((rule) => {
    const section = sections.find(({ title }) => sameHeading(title, rule.heading))
    if (section === undefined) {
      return [
        {
          line: 1,
          said: text(`the section "${rule.heading.en}" is missing`, `thiếu mục "${rule.heading.vi}"`),
        },
      ]
    }
    const findings = readSection(section, rule, copied)
    return (findings.length > 0 ? findings : more(section.prose, rule)).map((said) => ({
      said,
      line: section.line,
    }))
  })
}

function readSection(section: Section, rule: SectionRule, copied: ReadonlySet<string>): Text[] {
  const { en, vi } = rule.heading
  const words = wordsOf(section.prose)
  if (words.length < rule.wordsMin) {
    const [have, need] = [words.length, rule.wordsMin]
    return [
      text(
        `"${en}" has ${have} ${have === 1 ? 'word' : 'words'} of yours and needs ${need}: ${rule.ask.en}`,
        `mục "${vi}" mới có ${have} từ của bạn, cần ${need}: ${rule.ask.vi}`,
      ),
    ]
  }
  const findings: Text[] = []
  if (differentShare(words) < differentWordsMin) {
    findings.push(text(`"${en}" says the same words again and again`, `mục "${vi}" cứ lặp đi lặp lại vài từ`))
  }
  for (const { oneOf, why } of rule.mentions ?? []) {
    if (oneOf.some((word) => isMentioned(word, section.prose))) continue
    findings.push(
      text(
        `"${en}" does not mention ${oneOf[0] ?? ''}: ${why.en}`,
        `mục "${vi}" chưa nhắc tới ${oneOf[0] ?? ''}: ${why.vi}`,
      ),
    )
  }
  const cells = rule.tableCellsMin ?? tableCellsMinDefault
  const rows = section.tableRows.filter((row) => new Set(row).size >= cells).length
  if (rule.tableRowsMin !== undefined && rows < rule.tableRowsMin) {
    const [have, need] = [rows, rule.tableRowsMin]
    findings.push(
      text(
        `the table in "${en}" has ${have} ${have === 1 ? 'row' : 'rows'} and needs ${need}${cells > tableCellsMinDefault ? `, each with ${cells} cells that say different things` : ''}`,
        `bảng trong mục "${vi}" có ${have} dòng, cần ${need}${cells > tableCellsMinDefault ? `, mỗi dòng có ${cells} ô nói những điều khác nhau` : ''}`,
      ),
    )
  }
  const copy = windows(words).find((phrase) => copied.has(phrase))
  if (copy !== undefined) {
    findings.push(
      text(
        `"${en}" repeats the lesson ("${copy} …"): use your own words`,
        `mục "${vi}" chép lại bài học ("${copy} …"): viết lại bằng lời của bạn`,
      ),
    )
  }
  return findings
}

/** Figures that the section does not quote, or quotes otherwise than they were measured. */
function unquoted(prose: string, rule: SectionRule, measured: MeasuredFigures | undefined): Text[] {
  const { en, vi } = rule.heading
  return (rule.figures ?? []).flatMap((name): Text[] => {
    const figure = measured?.byName.get(name)
    if (measured === undefined || figure === undefined) {
      const command = measured?.command ?? 'npm run measure'
      return [
        text(
          `"${en}" has to quote a figure that was not measured yet (${name}): ${command}`,
          `mục "${vi}" phải dẫn một số liệu chưa được đo (${name}): ${command}`,
        ),
      ]
    }
    if (quotes(prose, figure)) return []
    const { value, unit, said } = figure
    const shown = `${Number(value.toPrecision(2))} ${unit}`
    return [
      text(
        `"${en}" does not quote what was measured (${said.en}: ${shown}), or says something else: ${measured.command} takes it anew`,
        `mục "${vi}" chưa dẫn số đã đo (${said.vi}: ${shown}), hoặc ghi khác: ${measured.command} để đo lại`,
      ),
    ]
  })
}

/** Whether a text quotes a figure as it was measured, within 5 %. */
export function quotes(
  prose: string,
  { value, unit }: { readonly value: number; readonly unit: string },
): boolean {
  // Milliseconds may well be told in microseconds or seconds.
  const scales = unit === 'ms' ? [1, 1000, 0.001] : [1]
  return numbersIn(prose).some((quoted) =>
    scales.some((scale) => Math.abs(quoted - value * scale) <= Math.abs(value * scale) * quoteTolerance),
  )
}

/** Every number of a text, read in both ways: 1,234.5 and 1.234,5. */
function numbersIn(prose: string): number[] {
  return (prose.match(/\d[\d.,]*/g) ?? []).flatMap((digits) => {
    const plain = digits.replace(/[.,]+$/, '')
    return [Number(plain.replaceAll(',', '')), Number(plain.replaceAll('.', '').replace(',', '.'))].filter(
      Number.isFinite,
    )
  })
}

/** A section's own prose, by its heading in either language; nothing when there is no such section. */
export function proseOf(markdown: string, heading: Text): string | undefined {
  return sectionsOf(markdown).find(({ title }) => sameHeading(title, heading))?.prose
}

interface Section {
  readonly title: string
  readonly line: number
  /** The learner's own text: without headings, quoted questions, comments and code. */
  readonly prose: string
  /** Of each row below a table's head, the cells that say something. */
  readonly tableRows: readonly (readonly string[])[]
}

/** Splits at headings of level two. Template questions stand in quotes or comments and do not count. */
function sectionsOf(markdown: string): Section[] {
  const text = markdown
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/<!--[\s\S]*?-->/g, keepLineBreaks)
  const found: { title: string; line: number; lines: string[] }[] = []
  let fence: string | undefined
  for (const [index, line] of text.split('\n').entries()) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark !== undefined && fence === undefined) fence = mark
    else if (fence !== undefined) {
      if (mark?.startsWith(fence) && line.trim() === mark) fence = undefined
    } else {
      const title = /^##\s+(.+?)\s*#*\s*$/.exec(line)?.[1]
      if (title !== undefined) found.push({ title, line: index + 1, lines: [] })
      else if (!/^\s*(?:>|#)/.test(line)) found.at(-1)?.lines.push(line)
    }
  }
  return found.map(({ title, line, lines }) => ({
    title,
    line,
    prose: lines.filter((each) => !isTableRule(each)).join('\n'),
    tableRows: tableRowsIn(lines),
  }))
}

/** The line between a table's head and its rows. */
function isTableRule(line: string): boolean {
  return /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/.test(line) && line.includes('|')
}

/** The filled cells of every row below a table's head. */
function tableRowsIn(lines: readonly string[]): string[][] {
  const rows: string[][] = []
  let inTable = false
  for (const line of lines) {
    if (isTableRule(line)) inTable = true
    else if (!line.includes('|')) inTable = false
    else if (inTable) {
      const cells = line.split('|').map((cell) => cell.trim().toLowerCase())
      rows.push(cells.filter((cell) => /[\p{L}\p{N}]/u.test(cell)))
    }
  }
  return rows
}

const keepLineBreaks = (comment: string): string => comment.replace(/[^\n]/g, '')

function sameHeading(title: string, heading: Text): boolean {
  const plain = (value: string): string =>
    value
      .normalize('NFC')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  return plain(title) === plain(heading.en) || plain(title) === plain(heading.vi)
}

/** Words that say something: letters or digits, two characters or more. Points and dashes only join. */
export function wordsOf(prose: string): string[] {
  const words = prose.toLowerCase().match(/[\p{L}\p{N}]+(?:[.'’_-]+[\p{L}\p{N}]+)*/gu) ?? []
  return words.filter((word) => word.length > 1)
}

function differentShare(words: readonly string[]): number {
  let different = 0
  for (let start = 0; start < words.length; start += stretchWords) {
    different += new Set(words.slice(start, start + stretchWords)).size
  }
  return different / words.length
}

/** Ways of saying that something is there, or happens, more than once. */
export const sayingTwice: readonly string[] = [
  ...['twice', 'duplicate', 'again', 'once more', 'second time', 'more than once', 'redeliver', 'repeated'],
  ...['second copy', 'two copies', 'both copies', 'both exist', 'delivered to another'],
  ...[
    'trùng',
    'hai lần',
    'lần nữa',
    'lần thứ hai',
    'hơn một lần',
    'nhiều lần',
    'lặp lại',
    'hai bản',
    'bản thứ hai',
  ],
  ...['giao lại', 'lại tới', 'tới lại', 'giao message cho', 'giao nó cho'],
]

/** A figure, in digits or as a word. */
export const sayingHowMuch: readonly string[] = [
  ...['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  ...['one', 'two', 'three', 'four', 'five', 'ten', 'twenty', 'hundred', 'thousand'],
  ...['một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín', 'mười', 'trăm', 'nghìn', 'ngàn'],
]

/** Ways of saying that nobody knows how something ended. */
export const sayingUnknown: readonly string[] = [
  ...['unknown', 'not known', 'nobody knows', "can't know", 'cannot know'],
  ...['is open', 'stays open', 'still open', 'no answer', 'never comes', 'never came'],
  ...[
    'không biết',
    'không rõ',
    'chưa rõ',
    'chưa biết',
    'còn ngỏ',
    'không có câu trả lời',
    'không có trả lời',
  ],
]

/** Whether a word or phrase begins somewhere in the prose: `bind` is in "bindings", `ready` is not in "already". */
export function isMentioned(phrase: string, prose: string): boolean {
  return mentions(plain(phrase), plain(prose))
}

/** A text as it is compared. */
export function plain(value: string): string {
  return value
    .normalize('NFC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[óòỏõọ][ae]|[úùủũụ]y/g, (pair) => toneOnTheSecond(pair))
}

/** "khóa" and "khoá", "hủy" and "huỷ" are one word: the tone is written on either vowel. */
function toneOnTheSecond(pair: string): string {
  // A vowel with its tone is decomposed into the vowel and the tone.
  const [first = '', tone = '', second = ''] = pair.normalize('NFD')
  return (first + second + tone).normalize('NFC')
}

/** The same over texts that are plain already: who looks for many phrases makes the prose plain once. */
export function mentions(wanted: string, said: string): boolean {
  for (let at = said.indexOf(wanted); at >= 0; at = said.indexOf(wanted, at + 1)) {
    if (at === 0 || !/[\p{L}\p{N}]/u.test(said.charAt(at - 1))) return true
  }
  return false
}

function phrasesOf(markdown: string): Set<string> {
  return new Set(windows(wordsOf(markdown.normalize('NFC'))))
}

function windows(words: readonly string[]): string[] {
  const phrases: string[] = []
  for (let start = 0; start + copiedWordsMax <= words.length; start++)
    phrases.push(words.slice(start, start + copiedWordsMax).join(' '))
  return phrases
}
