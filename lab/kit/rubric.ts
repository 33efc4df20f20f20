/**
 * Evaluates a written analysis point by point. A point is covered when one sentence, or two that follow each other,
 * hold what the point can't be made without; a statement that is not so is refused with its reason. Words alone
 * cover nothing: a sentence needs words between its terms, and makes two points at most.
 */
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'
import {
  type DocumentFinding,
  isMentioned,
  mentions,
  plain,
  readSections,
  type SectionRule,
  wordsOf,
} from './document.ts'

/** Groups of words, in both languages: one of each group must occur. A word stands for all that begin with it. */
export type Terms = readonly (readonly string[])[]

export interface RubricPoint {
  /** What must be said, as a question that does not answer itself. */
  readonly asks: Text
  readonly needs: Terms
}

/** A sentence that is not so. It is looked for in one clause. */
export interface WrongStatement {
  readonly says: Terms
  /** The clause is wrong when it denies this; left out, when it affirms it. */
  readonly isDenied?: true
  readonly why: Text
}

/** Arguments given as a list, each of which must stand by itself. */
export interface EntryRule {
  readonly min: number
  /** Words of each entry. */
  readonly wordsMin: number
  /** What each entry must hold, such as its reason. */
  readonly each: readonly { readonly oneOf: readonly string[]; readonly why: Text }[]
}

export interface RubricSection extends SectionRule {
  readonly points: readonly RubricPoint[]
  /** How many of the points are enough. Default: all. */
  readonly pointsMin?: number
  readonly wrong?: readonly WrongStatement[]
  readonly entries?: EntryRule
}

export interface Rubric {
  readonly item: string
  /** What holds when it is passed, as a sentence. */
  readonly text: Text
  /** The file, in the task's folder. */
  readonly file: string
  /** The learner's stands at the repository's top. */
  readonly atTop?: true
  readonly sections: readonly RubricSection[]
}

/** A sentence makes so many points at most. */
const pointsPerSentenceMax = 2
/** A shorter one names things and says nothing about them. */
const sentenceWordsMin = 6
/** At least this share of a sentence's words are none of the terms that the rubric looks for. */
const ordinaryShareMin = 0.35
/** At least this share of a sentence's words only join the others. A list of terms has none. */
const joiningShareMin = 0.12
const joiningWords: ReadonlySet<string> = new Set(
  [
    'the a an is are was were be been it its of to in on at by for with from and or that this which who whom when while until',
    'as if so than then them they their there has have had do does will would can may must not no nobody all each only after before',
    'là và của cho thì mà khi tới đến với bị được có không chưa đã sẽ phải này đó kia nó các những một mỗi mọi ở từ trong ra vào',
    'vì nên nếu cũng chỉ vẫn còn lại rồi sau trước giữa theo để do hay hoặc bởi',
  ]
    .join(' ')
    .split(' '),
)
/** Entries that share more of their words than this are one entry. */
const sameEntryShare = 0.7

/** Holds a text against a rubric. `lesson` is what nothing may be copied from. */
export function readRubric(markdown: string, rubric: Rubric, lesson: string): DocumentFinding[] {
  return readSections(markdown, rubric.sections, lesson, (prose, section) => [
    ...wrongStatements(prose, section),
    ...entryFindings(prose, section),
    ...pointFindings(prose, section),
  ])
}

/** How many points, entries, rows and terms a text that passed rests on. */
export function pointsIn(rubric: Rubric): number {
  return rubric.sections.reduce(
    (sum, { points, pointsMin = points.length, entries, tableRowsMin = 0, mentions: terms = [] }) =>
      sum + pointsMin + (entries?.min ?? 0) + tableRowsMin + terms.length,
    0,
  )
}

function wrongStatements(
  prose: string,
  { heading, wrong = [] }: Pick<RubricSection, 'heading' | 'wrong'>,
): Text[] {
  const clauses = sentencesOf(prose).flatMap(clausesOf)
  return wrong.flatMap(({ says, isDenied = false, why }) => {
    const found = clauses.find(
      (clause) => holds(clause, says) && isDenial(withoutTerms(clause, says)) === isDenied,
    )
    if (found === undefined) return []
    return [
      text(
        `"${heading.en}" says "${brief(found)}", which is not so: ${why.en}`,
        `mục "${heading.vi}" viết "${brief(found)}", điều này không đúng: ${why.vi}`,
      ),
    ]
  })
}

/** A point of a rubric, and whether a text makes it. */
export interface PointCoverage {
  readonly point: RubricPoint
  readonly isMade: boolean
}

/** Which points a section's prose makes, in the rubric's order. */
export function coverageOf(prose: string, section: Pick<RubricSection, 'points'>): PointCoverage[] {
  const { missing } = pointsMissingIn(prose, section)
  return section.points.map((point) => ({ point, isMade: !missing.has(point) }))
}

/** What a section's prose says that is not so, one sentence each. */
export function wrongStatementsIn(prose: string, section: Pick<RubricSection, 'heading' | 'wrong'>): Text[] {
  return wrongStatements(prose, section)
}

function pointsMissingIn(
  prose: string,
  { points }: Pick<RubricSection, 'points'>,
): { readonly missing: ReadonlySet<RubricPoint>; readonly empty: readonly string[] } {
  const terms = points.flatMap(({ needs }) => needs.flat())
  const sentences = sentencesOf(prose)
  const passages = sentences.flatMap((sentence, index) => {
    const next = sentences[index + 1]
    const alone = { words: sentence, uses: [index] }
    return next === undefined ? [alone] : [alone, { words: `${sentence} ${next}`, uses: [index, index + 1] }]
  })
  const found = points.map((point) => ({
    point,
    passages: passages.filter(({ words }) => holds(words, point.needs)),
  }))
  const load = new Map<number, number>()
  const missing = new Set(points)
  const empty: string[] = []
  // What can be said in few places takes its place first.
  for (const { point, passages: those } of found.toSorted((a, b) => a.passages.length - b.passages.length)) {
    const sound = those.filter(({ words }) => saysSomething(words, terms))
    if (sound.length === 0 && those[0] !== undefined) empty.push(those[0].words)
    // What one sentence says takes up no second one.
    const shortest = sound.toSorted((a, b) => a.uses.length - b.uses.length)
    const free = shortest.find(({ uses }) =>
      uses.every((index) => (load.get(index) ?? 0) < pointsPerSentenceMax),
    )
    if (free === undefined) continue
    for (const index of free.uses) load.set(index, (load.get(index) ?? 0) + 1)
    missing.delete(point)
  }
  return { missing, empty }
}

function pointFindings(prose: string, section: RubricSection): Text[] {
  const { heading, points, pointsMin = points.length } = section
  const { missing, empty } = pointsMissingIn(prose, section)
  if (points.length - missing.size >= pointsMin) return []
  const [first] = empty
  if (first !== undefined)
    return [
      text(
        `"${heading.en}" names things without saying anything about them ("${brief(first)}"): write whole sentences`,
        `mục "${heading.vi}" chỉ liệt kê từ mà chưa nói gì ("${brief(first)}"): hãy viết thành câu`,
      ),
    ]
  const have = points.length - missing.size
  return [...missing]
    .slice(0, pointsMin - have)
    .map(({ asks }) =>
      text(
        `"${heading.en}" makes ${have} of ${pointsMin} points; it does not say yet: ${asks.en}`,
        `mục "${heading.vi}" nêu được ${have} trên ${pointsMin} ý; còn chưa nói: ${asks.vi}`,
      ),
    )
}

function entryFindings(prose: string, { heading, entries }: RubricSection): Text[] {
  if (entries === undefined) return []
  const found = entriesOf(prose).filter((entry) => wordsOf(entry).length >= entries.wordsMin)
  const { min, wordsMin } = entries
  if (found.length < min) {
    return [
      text(
        `"${heading.en}" has ${found.length} list ${found.length === 1 ? 'entry' : 'entries'} of ${wordsMin} words or more and needs ${min}`,
        `mục "${heading.vi}" có ${found.length} gạch đầu dòng từ ${wordsMin} từ trở lên, cần ${min}`,
      ),
    ]
  }
  const double = found.findIndex((entry, index) =>
    found.slice(0, index).some((other) => sharedShare(entry, other) > sameEntryShare),
  )
  if (double >= 0)
    return [
      text(
        `"${heading.en}" gives one argument twice ("${brief(found[double] ?? '')}")`,
        `mục "${heading.vi}" lặp lại một ý hai lần ("${brief(found[double] ?? '')}")`,
      ),
    ]
  return entries.each.flatMap(({ oneOf, why }) => {
    const holding = found.filter((entry) => oneOf.some((word) => isMentioned(word, entry)))
    const without = found.find((entry) => !holding.includes(entry))
    if (holding.length >= min || without === undefined) return []
    return [
      text(
        `the entry "${brief(without)}" in "${heading.en}": ${why.en}`,
        `gạch đầu dòng "${brief(without)}" trong mục "${heading.vi}": ${why.vi}`,
      ),
    ]
  })
}

function holds(words: string, terms: Terms): boolean {
  const said = plain(words)
  return terms.every((group) => group.some((term) => mentions(plain(term), said)))
}

/** Whether there is a sentence around the terms. */
function saysSomething(passage: string, terms: readonly string[]): boolean {
  const words = wordsOf(passage)
  if (words.length < sentenceWordsMin) return false
  const plainTerms = terms.map(plain)
  const ordinary = words.filter((word) => !plainTerms.some((term) => word.startsWith(term)))
  const joining = words.filter((word) => joiningWords.has(word))
  return (
    ordinary.length / words.length >= ordinaryShareMin && joining.length / words.length >= joiningShareMin
  )
}

/** Blocks are paragraphs, list entries and table rows; a line break inside one is none. */
function blocksOf(prose: string): string[] {
  const blocks: string[] = []
  let isOpen = false
  for (const line of prose.split('\n')) {
    const starts = /^\s*(?:[-*+]|\d+[.)])\s+/.test(line) || line.includes('|')
    if (line.trim() === '') isOpen = false
    else if (isOpen && !starts) blocks.push(`${blocks.pop() ?? ''} ${line.trim()}`)
    else {
      blocks.push(line.trim())
      isOpen = !line.includes('|')
    }
  }
  return blocks
}

function entriesOf(prose: string): string[] {
  return blocksOf(prose).filter((block) => /^(?:[-*+]|\d+[.)])\s+/.test(block))
}

function sentencesOf(prose: string): string[] {
  return blocksOf(prose)
    .flatMap((block) => block.split(/(?<=[.!?…])\s+/))
    .filter((sentence) => wordsOf(sentence).length > 0)
}

function clausesOf(sentence: string): string[] {
  // The brackets of `publish()` belong to its name.
  return sentence.split(/[,;:–—|]|\((?!\))|(?<!\()\)|\s(?:but|whereas|nhưng)\s/iu)
}

/** What a clause says around the terms: "no duplicates" is itself a denial, and does not deny that somebody says so. */
function withoutTerms(clause: string, terms: Terms): string {
  return terms
    .flat()
    .map(plain)
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, term) => rest.replace(beginning(term), ' '), plain(clause))
}

/** Where a term begins a word, as `mentions` finds it. */
function beginning(term: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${term.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`, 'gu')
}

/** Words that turn a clause around, and those that only report what somebody thinks. */
const denials = [
  [
    'not',
    'never',
    'no',
    'nothing',
    'nobody',
    'none',
    'cannot',
    'without',
    'wrong',
    'false',
    'myth',
    'believe',
  ],
  ['neither', 'nor', 'không', 'chưa', 'chẳng', 'đừng', 'sai', 'tưởng', 'nhầm', 'hiểu lầm'],
].flat()

function isDenial(clause: string): boolean {
  return /n['’]t\b/i.test(clause) || denials.some((word) => isWord(word, clause))
}

/** Unlike a term, a denial is a whole word: "no" is not in "note". */
function isWord(word: string, clause: string): boolean {
  const plain = ` ${clause
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')} `
  return plain.includes(` ${word} `)
}

function sharedShare(one: string, other: string): number {
  const [a, b] = [new Set(wordsOf(one)), new Set(wordsOf(other))]
  const shared = [...a].filter((word) => b.has(word)).length
  return shared / Math.max(1, Math.min(a.size, b.size))
}

function brief(passage: string): string {
  const plain = passage.replace(/^(?:[-*+]|\d+[.)])\s+/, '').trim()
  const words = plain.split(/\s+/)
  return words.length > 12 ? `${words.slice(0, 12).join(' ')} …` : plain
}
