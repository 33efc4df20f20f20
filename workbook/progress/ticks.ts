/** Reads the learner's ticks back from CHECKLIST.md, in whatever way an editor, a merge or a hand has left it. */
import { circumstancesSchema, type Language, type Text } from '#lab/verdict'
import type { TaskOutline } from '../registry/lookup.ts'
import { checklistTexts, kindTexts } from './texts.ts'

/** Stands before a proof. A ticked line without it was ticked by hand. */
export const proofMark = '✓'

/** Stands before what made a proof stale. */
export const staleMark = '↻'

export interface Ticks {
  /** Items ticked by hand, proven or not. */
  readonly ticks: ReadonlySet<string>
  /** Ids with a box that no item has. */
  readonly unknown: readonly string[]
  /** Other lines that the workbook has not printed: notes, boxes without an id, marks of a merge. */
  readonly foreign: readonly string[]
  /** The language the page was printed in, when it can be told. */
  readonly lang?: Language
}

/** The lines that a page has besides its items, in either language; `checklist.ts` knows them. */
export type PrintedLines = ReadonlySet<string>

const { byHand } = checklistTexts

/** A bullet, which may be missing, a box, an id, which may be bold, and the rest. */
const itemLine =
  /^[\s>]*(?:[-*+]\s*)?\[\s*(?<box>[xX✓✔]?)\s*\]\s*(?:\*\*|__)?(?<id>[a-z]+(?:\\?-\d+)?\\?\.\d+)\s*(?:\*\*|__)?(?<rest>.*)$/iu

/** Words with which a printed proof begins. A mark with other words behind it is a remark, not a proof. */
const proofBegins: ReadonlySet<string> = new Set([
  ...circumstancesSchema.shape.engine.options,
  ...Object.values(kindTexts).flatMap(({ en, vi }) => [en, vi]),
])

/** What a printed proof ends in. Anything else behind it was added. */
const proofEnd =
  /^(?:seed \d+|\d{4}-\d{2}-\d{2}|\d+ of \d+ items|\d+ trên \d+ mục|ticked by hand|tự đánh dấu)$/

const printedChange =
  /^(?:stale since \d{4}-\d{2}-\d{2}: \S+|stale: \S+ is gone|đã cũ từ \d{4}-\d{2}-\d{2}: \S+|đã cũ: không còn \S+)$/

/** The rest of a line that an editor wrapped: indented, and neither a bullet nor a heading. */
const wrapped = /^\s+(?![-*+>#[]|\d+[.)]\s)\S/

const printedSums = /^_\d+ (?:of|trên) \d+ .*_$/

/** Reads the ticks. A line counts wherever it stands and however often; one tick is enough. */
export function readTicks(
  markdown: string,
  tasks: readonly TaskOutline[],
  printed: PrintedLines = new Set(),
): Ticks {
  const texts = new Map(tasks.flatMap((task) => task.items.map((item) => [item.id, item.text] as const)))
  const ticks = new Set<string>()
  const unknown: string[] = []
  const foreign: string[] = []
  const seen = { en: 0, vi: 0 }
  for (const line of joinWrapped(markdown)) {
    const { box, id: written, rest = '' } = itemLine.exec(line)?.groups ?? {}
    if (written === undefined) {
      if (!isPrinted(line, printed)) foreign.push(line)
      continue
    }
    const id = written.replaceAll('\\', '').toLowerCase()
    const text = texts.get(id)
    if (text === undefined) {
      unknown.push(id)
      continue
    }
    const { lang, isProven, isByHand, isOurs } = readRest(rest, text)
    if (lang !== undefined) seen[lang]++
    if (!isOurs) foreign.push(line)
    if (box !== '' && (!isProven || isByHand)) ticks.add(id)
  }
  const lang = seen.en === seen.vi ? undefined : seen.en > seen.vi ? 'en' : 'vi'
  return { ticks, unknown, foreign, ...(lang === undefined ? {} : { lang }) }
}

/** Lines without their ends and the mark before the first. What an editor wrapped is joined to its line again. */
function joinWrapped(markdown: string): string[] {
  const content = markdown.normalize('NFC').replace(/^\uFEFF/, '')
  const lines: string[] = []
  let isOpen = false
  for (const line of content.split(/\r\n|\r|\n/)) {
    const isItem = itemLine.test(line)
    if (isOpen && !isItem && wrapped.test(line)) lines.push(`${lines.pop()} ${line.trim()}`)
    else {
      lines.push(line.trimEnd())
      isOpen = isItem
    }
  }
  return lines
}

interface Rest {
  /** The language of the item's text, when the text is ours. */
  readonly lang?: Language
  /** Whether the tick before it is the machine's, which needs no keeping. */
  readonly isProven: boolean
  /** Whether the machine's tick stands over one by hand. */
  readonly isByHand: boolean
  /** Whether all of it was printed by us. */
  readonly isOurs: boolean
}

function readRest(rest: string, text: Text): Rest {
  const [said, proof = ''] = splitAt(rest.trim(), proofMark)
  const [words, change = ''] = splitAt(said, staleMark)
  const lang = (['en', 'vi'] as const).find((each) => sameWords(text[each], words))
  const segments = proof.split('·').map((segment) => segment.trim())
  const isProven = proofBegins.has(segments[0] ?? '')
  const isByHand = segments.some((segment) => segment.startsWith(byHand.en) || segment.startsWith(byHand.vi))
  const isOurProof = proof === '' || (isProven && proofEnd.test(segments.at(-1) ?? ''))
  const isOurs = lang !== undefined && isOurProof && (change === '' || printedChange.test(change))
  return { ...(lang === undefined ? {} : { lang }), isProven, isByHand, isOurs }
}

/** Texts hold neither mark; a test of the registry sees to that. */
function splitAt(line: string, mark: string): readonly [string, string?] {
  const at = line.indexOf(mark)
  return at < 0 ? [line] : [line.slice(0, at).trimEnd(), line.slice(at + mark.length).trim()]
}

/** A formatter may have put a backslash before a sign or changed the spaces. */
function sameWords(a: string, b: string): boolean {
  const plain = (words: string) => words.normalize('NFC').replaceAll(/[\\\s]/g, '')
  return plain(a) === plain(b)
}

function isPrinted(line: string, printed: PrintedLines): boolean {
  const words = line.trim()
  return words === '' || printed.has(words) || printedSums.test(words)
}
