/**
 * What the explorer has tried on somebody's code, kept in `results/explored.json`: at which moments it crashed something, and which ones
 * nothing has tried yet. Printed as the rows of a Markdown table, and read from one again.
 */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import type { RunEvent } from '../verdict/events.ts'
import { text } from '../verdict/language.ts'
import type { Text } from '../verdict/verdict.ts'
import { type CrashKind, crashKinds } from './exploration.ts'

const count = z.number().int().nonnegative()
const entrySchema = z.strictObject({
  moments: count,
  schedules: count,
  held: count,
  broken: count,
  unreached: count,
  inconclusive: count,
  seed: count,
  at: z.iso.datetime(),
  /** Moments at which a single crash was judged. */
  tried: count.optional(),
  /** Moments that were planned and came to no verdict, as `at=` takes them. */
  untried: z.array(z.string()).default([]),
  /** The kinds of crash that the task's promise covers. */
  covered: z.array(z.enum(crashKinds)).default([]),
  /** Hashes of the learner's files that were explored, by path. */
  code: z.record(z.string(), z.string()).default({}),
})
export type ExploredEntry = z.infer<typeof entrySchema>

/** By task, then by the kind of crash. */
export const exploredSchema = z.object({
  tasks: z.record(z.string(), z.partialRecord(z.enum(crashKinds), entrySchema)).default({}),
})
export type ExploredResults = z.infer<typeof exploredSchema>

/** Nothing was explored where there is no file. @throws Error in one sentence when it is not what it should be */
export function readExplored(path: string): ExploredResults {
  if (!existsSync(path)) return { tasks: {} }
  try {
    return exploredSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw new Error(`${path} can't be read: move it away and explore again`, { cause })
  }
}

/** What a whole exploration came to; nothing for the replay of one moment, or for a run that broke down. */
export function entryOf(
  events: readonly RunEvent[],
  told: { readonly seed: number; readonly at: Date; readonly code: Readonly<Record<string, string>> },
): { readonly crash: CrashKind; readonly entry: ExploredEntry } | undefined {
  const explored = events.findLast((event) => event.kind === 'explored')
  if (explored === undefined || explored.schedules === 0) return undefined
  // The last word about each schedule counts: one that broke may have held when it was played alone.
  const ends = new Map<string, string>()
  for (const event of events) if (event.kind === 'schedule') ends.set(event.moments, event.state)
  const singles = [...ends].filter(([moments]) => moments !== '' && !moments.includes(','))
  const { crash, covered, moments, schedules, held, broken, unreached, inconclusive } = explored
  return {
    crash,
    entry: {
      ...{ moments, schedules, held, broken, unreached, inconclusive, covered: [...covered] },
      tried: singles.filter(([, state]) => isTried(state)).length,
      untried: singles.filter(([, state]) => !isTried(state)).map(([moment]) => moment),
      seed: told.seed,
      at: told.at.toISOString(),
      code: { ...told.code },
    },
  }
}

const isTried = (state: string): boolean => state === 'held' || state === 'broken'

/** One task of the table. */
export interface CoverageRow {
  readonly task: string
  /** The kinds of crash that were explored, in the order of `crashKinds`. */
  readonly crashes: readonly CrashKind[]
  readonly moments: number
  readonly tried: number
  readonly broken: number
  /** What nothing has tried: whole kinds of crash, and moments of those that were begun. */
  readonly left: Text | undefined
}

/** The rows of what was explored, by task. */
export function coverageOf({ tasks }: ExploredResults): CoverageRow[] {
  return Object.entries(tasks)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .flatMap(([task, kinds]) => {
      const explored = crashKinds.flatMap((crash) => {
        const entry = kinds[crash]
        return entry === undefined ? [] : [{ crash, entry }]
      })
      if (explored.length === 0) return []
      const sum = (of: (entry: ExploredEntry) => number): number =>
        explored.reduce((all, { entry }) => all + of(entry), 0)
      const never = crashKinds.filter(
        (crash) => kinds[crash] === undefined && explored.some(({ entry }) => entry.covered.includes(crash)),
      )
      const begun = explored.flatMap(({ crash, entry }) => {
        const left = entry.moments - triedIn(entry)
        return left > 0 ? [{ crash, left }] : []
      })
      return [
        {
          task,
          crashes: explored.map(({ crash }) => crash),
          moments: sum(({ moments }) => moments),
          tried: sum(triedIn),
          broken: sum(({ broken }) => broken),
          left: leftText(never, begun),
        },
      ]
    })
}

function triedIn({ tried, held, broken, moments }: ExploredEntry): number {
  return tried ?? Math.min(moments, held + broken)
}

function leftText(
  never: readonly CrashKind[],
  begun: readonly { readonly crash: CrashKind; readonly left: number }[],
): Text | undefined {
  if (never.length + begun.length === 0) return undefined
  const en = [
    ...never.map((crash) => `crash=${crash}`),
    ...begun.map(({ crash, left }) => `${left} of crash=${crash}`),
  ]
  const vi = [
    ...never.map((crash) => `crash=${crash}`),
    ...begun.map(({ crash, left }) => `${left} lần crash=${crash}`),
  ]
  return text(en.join(', '), vi.join(', '))
}

export const coverageHeading = text('Crash points', 'Các thời điểm crash')

const head = {
  en: ['task', 'crash', 'moments', 'tried', 'not tried', 'what could happen there'],
  vi: ['bài', 'crash', 'số thời điểm', 'đã thử', 'chưa thử', 'ở đó có thể xảy ra gì'],
}
const nothing = text('nothing', 'không có')

/** A row as it stands in a document. */
export interface WrittenRow {
  readonly task: string
  readonly crashes: string
  readonly moments: number
  readonly tried: number
  readonly left: string
  /** The learner's words on what nothing has tried. */
  readonly remark: string
}

/** The rows of a document's table: those that begin with a task. */
export function rowsIn(prose: string): WrittenRow[] {
  return prose.split('\n').flatMap((line) => {
    const cells = line
      .replace(/^\s*\||\|\s*$/g, '')
      .split('|')
      .map((cell) => cell.trim())
    const [task = '', crashes = '', moments = '', tried = '', left = '', remark = ''] = cells
    if (!line.includes('|') || !/^[a-z]+-\d{2}$/.test(task)) return []
    return [{ task, crashes, moments: Number(moments), tried: Number(tried), left, remark }]
  })
}

/** Whether a written row says what was explored. */
export function saysSo(written: WrittenRow, row: CoverageRow): boolean {
  const left = row.left ?? nothing
  return (
    written.crashes
      .split(/[\s,]+/)
      .filter(Boolean)
      .toSorted()
      .join() === row.crashes.toSorted().join() &&
    written.moments === row.moments &&
    written.tried === row.tried &&
    [left.en, left.vi].includes(written.left)
  )
}

/** The table, with the remarks of an earlier one kept. */
export function coverageTable(
  rows: readonly CoverageRow[],
  lang: 'en' | 'vi',
  before: readonly WrittenRow[] = [],
): string[] {
  const cells = rows.map(({ task, crashes, moments, tried, left }) => [
    task,
    crashes.join(', '),
    String(moments),
    String(tried),
    (left ?? nothing)[lang],
    before.find((each) => each.task === task)?.remark ?? '',
  ])
  const widths = head[lang].map((title, at) =>
    Math.max(title.length, ...cells.map((row) => row[at]?.length ?? 0)),
  )
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  return [line(head[lang]), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...cells.map(line)]
}

/** A page with the table in its section, in the place of the one that stood there; at its end when there is no such section. */
export function fillCoverage(page: string, rows: readonly CoverageRow[], lang: 'en' | 'vi'): string {
  const lines = page.split('\n')
  const at = lines.findIndex((line) => isHeading(line))
  if (at < 0)
    return `${page.trimEnd()}\n\n## ${coverageHeading[lang]}\n\n${coverageTable(rows, lang).join('\n')}\n`
  const next = lines.findIndex((line, index) => index > at && /^##? /.test(line))
  const end = next < 0 ? lines.length : next
  const section = lines.slice(at + 1, end)
  const table = coverageTable(rows, lang, rowsIn(section.join('\n')))
  const isRow = (line: string): boolean => /^\s*\|/.test(line)
  const first = section.findIndex(isRow)
  const words = section.filter((line) => !isRow(line))
  const above = trimmed(first < 0 ? words : section.slice(0, first))
  const below = first < 0 ? [] : trimmed(words.slice(first))
  const blocks = [above, table, below].filter((block) => block.length > 0)
  const filled = blocks.flatMap((block) => ['', ...block])
  return [...lines.slice(0, at + 1), ...filled, '', ...lines.slice(end)].join('\n').replace(/\n+$/, '\n')
}

function isHeading(line: string): boolean {
  const title = /^##\s+(.+?)\s*$/.exec(line)?.[1]?.normalize('NFC').toLowerCase()
  return title !== undefined && Object.values(coverageHeading).some((each) => each.toLowerCase() === title)
}

/** Without blank lines at either end. */
function trimmed(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first < 0 ? [] : lines.slice(first, last + 1)
}
