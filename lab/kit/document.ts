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
}

export interface DocumentRules {
  /** The file, in the task's folder. */
  readonly file: string
  readonly sections: readonly SectionRule[]
}

/** What is missing, and where: `line` counts from 1. */
export interface DocumentFinding {
  readonly said: Text
  readonly line: number
}

/** Below this share of different words, a text repeats itself to be long. */
const differentWordsMin = 0.4
/** So many words in a row that stand in the lesson too are a copy. */
const copiedWordsMax = 12

/** Holds a Markdown text against its rules. `lesson` is the task's README, from which nothing may be copied. */
export function readDocument(markdown: string, rules: DocumentRules, lesson: string): DocumentFinding[] {
  const sections = sectionsOf(markdown)
  const copied = phrasesOf(lesson)
  return rules.sections.flatMap((rule) => {
    const section = sections.find(({ title }) => sameHeading(title, rule.heading))
    if (section === undefined) {
      return [{ line: 1, said: text(`the section "${rule.heading.en}" is missing`, `thiếu mục "${rule.heading.vi}"`) }]
    }
    return readSection(section, rule, copied).map((said) => ({ said, line: section.line }))
  })
}

function readSection(section: Section, rule: SectionRule, copied: ReadonlySet<string>): Text[] {
  const { en, vi } = rule.heading
  const words = wordsOf(section.prose)
  if (words.length < rule.wordsMin) {
    const [have, need] = [words.length, rule.wordsMin]
    return [
      text(
        `"${en}" has ${have} words of yours and needs ${need}: ${rule.ask.en}`,
        `mục "${vi}" mới có ${have} từ của bạn, cần ${need}: ${rule.ask.vi}`,
      ),
    ]
  }
  const findings: Text[] = []
  if (new Set(words).size / words.length < differentWordsMin) {
    findings.push(text(`"${en}" says the same words again and again`, `mục "${vi}" lặp đi lặp lại cùng những từ đó`))
  }
  for (const { oneOf, why } of rule.mentions ?? []) {
    const said = section.prose.toLowerCase()
    if (oneOf.some((word) => said.includes(word.toLowerCase()))) continue
    findings.push(text(`"${en}" does not mention ${oneOf[0] ?? ''}: ${why.en}`, `mục "${vi}" chưa nhắc tới ${oneOf[0] ?? ''}: ${why.vi}`))
  }
  if (rule.tableRowsMin !== undefined && section.tableRows < rule.tableRowsMin) {
    const [have, need] = [section.tableRows, rule.tableRowsMin]
    findings.push(text(`the table in "${en}" has ${have} rows and needs ${need}`, `bảng trong mục "${vi}" có ${have} dòng, cần ${need}`))
  }
  const copy = windows(words).find((phrase) => copied.has(phrase))
  if (copy !== undefined) {
    findings.push(text(`"${en}" repeats the lesson ("${copy} …"): use your own words`, `mục "${vi}" chép lại bài học ("${copy} …"): hãy viết bằng lời của bạn`))
  }
  return findings
}

interface Section {
  readonly title: string
  readonly line: number
  /** The learner's own text: without headings, quoted questions, comments and code. */
  readonly prose: string
  readonly tableRows: number
}

/** Splits at headings of level two. Template questions stand in quotes or comments and do not count. */
function sectionsOf(markdown: string): Section[] {
  const lines = markdown.normalize('NFC').replace(/\r\n?/g, '\n').replace(/<!--[\s\S]*?-->/g, keepLineBreaks).split('\n')
  const found: { title: string; line: number; lines: string[] }[] = []
  let inCode = false
  for (const [index, line] of lines.entries()) {
    if (/^\s*```/.test(line)) inCode = !inCode
    const heading = inCode ? null : /^##\s+(.+?)\s*#*$/.exec(line)
    if (heading?.[1] !== undefined) found.push({ title: heading[1], line: index + 1, lines: [] })
    else if (!inCode && !/^\s*(?:>|```|#)/.test(line)) found.at(-1)?.lines.push(line)
  }
  return found.map(({ title, line, lines: own }) => ({
    title,
    line,
    prose: own.filter((each) => !/^\s*\|[\s:|-]+\|?\s*$/.test(each)).join('\n'),
    tableRows: Math.max(0, own.filter((each) => /^\s*\|.*[\p{L}\p{N}].*\|/u.test(each)).length - 1),
  }))
}

const keepLineBreaks = (comment: string): string => comment.replace(/[^\n]/g, '')

function sameHeading(title: string, heading: Text): boolean {
  const plain = (value: string): string => value.normalize('NFC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
  return plain(title) === plain(heading.en) || plain(title) === plain(heading.vi)
}

/** Words that say something: letters or digits, two characters or more. */
function wordsOf(prose: string): string[] {
  return (prose.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}.'’_-]*/gu) ?? []).filter((word) => word.length > 1)
}

function phrasesOf(markdown: string): Set<string> {
  return new Set(windows(wordsOf(markdown.normalize('NFC'))))
}

function windows(words: readonly string[]): string[] {
  const phrases: string[] = []
  for (let start = 0; start + copiedWordsMax <= words.length; start++) phrases.push(words.slice(start, start + copiedWordsMax).join(' '))
  return phrases
}
