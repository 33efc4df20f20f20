/** The report on progress: the week as a table, one task with the evidence of each item, and both for machines. */
import stringWidth from 'fast-string-width'
import { z } from 'zod'
import { type Language, textSchema } from '#lab/verdict'
import type { Selection, TaskOutline } from '../registry/lookup.ts'
import { partTitle } from './checklist.ts'
import { failureSchema, proofSchema } from './evidence.ts'
import {
  type Fold,
  type ItemProgress,
  type ItemState,
  itemStates,
  type Sums,
  type TaskProgress,
} from './fold.ts'
import { nextStep } from './next-step.ts'
import { figurePhrase, fileName, isoDay, kindTexts, reportTexts, stateTexts } from './texts.ts'

/** Colours a text, or leaves it as it is. */
export type Paint = (format: 'green' | 'yellow' | 'red' | 'gray' | 'bold', text: string) => string

export interface ReportOptions {
  readonly lang: Language
  readonly paint?: Paint
  /** Columns of the terminal. */
  readonly width?: number
}

const plain: Paint = (_format, text) => text
const widthDefault = 110
const barCells = 10
const staleShownMax = 4
const missingShownMax = 8

const sumsSchema = z.strictObject({
  verified: z.number().int(),
  claimed: z.number().int(),
  stale: z.number().int(),
  open: z.number().int(),
  total: z.number().int(),
})

const itemProgressSchema = z.strictObject({
  id: z.string(),
  text: textSchema,
  evidence: z.array(z.string()),
  state: z.enum(itemStates),
  isTicked: z.boolean(),
  proof: proofSchema.optional(),
  failure: failureSchema.optional(),
  changed: z.strictObject({ file: z.string(), when: z.string().optional() }).optional(),
  inputs: z
    .strictObject({
      done: z.number().int(),
      of: z.number().int(),
      when: z.string().optional(),
      missing: z.array(z.string()),
    })
    .optional(),
  lookedUp: z
    .strictObject({ isSo: z.boolean(), said: textSchema, command: z.string().optional() })
    .optional(),
})

/** The report for machines. */
export const progressSchema = z.strictObject({
  week: sumsSchema,
  /** Judged runs by engine. */
  runs: z.record(z.enum(['embedded', 'local', 'docker', 'url']), z.number().int()),
  parts: z.array(z.strictObject({ id: z.string(), title: textSchema, sums: sumsSchema })),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      part: z.string(),
      title: textSchema,
      state: z.enum(['ready', 'planned']),
      sums: sumsSchema,
      items: z.array(itemProgressSchema),
    }),
  ),
  next: z.strictObject({ said: textSchema, command: z.string().optional() }),
})
export type ProgressReport = z.infer<typeof progressSchema>

/** The report as data. */
export function progressData(fold: Fold): ProgressReport {
  return progressSchema.parse({
    week: fold.sums,
    runs: fold.runs,
    parts: fold.parts.map(({ part, sums }) => ({ id: part, title: partTitle(part), sums })),
    tasks: fold.tasks.map(({ task, sums, items }) => ({
      id: task.id,
      part: task.part,
      title: task.title,
      state: task.state,
      sums,
      items: items.map(itemData),
    })),
    next: nextStep(fold),
  })
}

/** The week: one row per part, the sums, and the next step. */
export function weekLines(fold: Fold, options: ReportOptions): string[] {
  const { lang } = options
  const rows = fold.parts.map(({ part, sums, tasks }) => ({
    name: part,
    sums,
    stale: staleWords(tasks, lang),
  }))
  const engines = Object.entries(fold.runs).filter(([engine, count]) => engine !== 'url' || count > 0)
  const runs = engines.map(([engine, count]) => `${engine} ${count}`).join(', ')
  const week = `${reportTexts.week[lang]}   ${reportTexts.weekSums(fold.sums)[lang]} · ${reportTexts.runs(runs)[lang]}`
  return [...tableLines(rows, options), week, '', nextLine(fold, lang)]
}

/** One task, one item of it, or the tasks of a part; and the next step there. */
export function selectionLines(
  fold: Fold,
  selection: Exclude<Selection<TaskOutline>, { kind: 'unknown' }>,
  options: ReportOptions,
): string[] {
  const ids = new Set(selection.tasks.map(({ id }) => id))
  const tasks = fold.tasks.filter(({ task }) => ids.has(task.id))
  const next = nextLine(fold, options.lang, ids)
  if (selection.kind === 'part') {
    const rows = tasks.map((each) => ({
      name: each.task.id,
      sums: each.sums,
      stale: staleWords([each], options.lang),
    }))
    return [...tableLines(rows, options), '', next]
  }
  const wanted = new Set(selection.items.map(({ id }) => id))
  return [...tasks.flatMap((each) => taskLines(each, wanted, options)), '', next]
}

function nextLine(fold: Fold, lang: Language, among?: ReadonlySet<string>): string {
  const { said, command } = nextStep(fold, among)
  return `${reportTexts.next[lang]} ${command === undefined ? said[lang] : `${command}   (${said[lang]})`}`
}

interface Row {
  readonly name: string
  readonly sums: Sums
  readonly stale: string
}

function tableLines(
  rows: readonly Row[],
  { lang, paint = plain, width = widthDefault }: ReportOptions,
): string[] {
  const nameWidth = Math.max(...rows.map(({ name }) => stringWidth(name)), 0)
  const cells = rows.map(({ sums }) => itemStates.map((state) => String(sums[state])))
  const widths = itemStates.map((state, column) =>
    Math.max(stringWidth(stateTexts[state][lang]), ...cells.map((row) => (row[column] ?? '').length)),
  )
  const hasBars = nameWidth + barCells + widths.reduce((sum, each) => sum + each + 2, 0) + 14 <= width
  const bar = (sums?: Sums) =>
    hasBars ? `  ${sums === undefined ? ' '.repeat(barCells) : barOf(sums, paint)}` : ''
  const header = itemStates
    .map((state, column) => `  ${padStart(stateTexts[state][lang], widths[column] ?? 0)}`)
    .join('')
  return [
    `${' '.repeat(nameWidth)}${bar()}${paint('gray', header)}`,
    ...rows.flatMap(({ name, sums, stale }, index) => {
      const numbers = (cells[index] ?? [])
        .map((cell, column) => `  ${padStart(cell, widths[column] ?? 0)}`)
        .join('')
      const row = `${padEnd(name, nameWidth)}${bar(sums)}${numbers}   ${paint('gray', reportTexts.of(sums.total)[lang])}`
      if (stale === '') return [row]
      const isRoomy = stringWidth(row) + stringWidth(stale) + 5 <= width
      return isRoomy
        ? [`${row}     ${paint('yellow', stale)}`]
        : [row, `${' '.repeat(nameWidth + 2)}${paint('yellow', stale)}`]
    }),
  ]
}

/** What to type for an item that another one waits for. */
function commandForMissing(item: string | undefined): string | undefined {
  if (item === undefined) return undefined
  const [task = item] = item.split('.')
  return task === 'final' ? `npm run progress ${item}` : `npm run exercise ${task}`
}

/** Full only when all is verified, empty only when nothing is. */
function barOf({ verified, total }: Sums, paint: Paint): string {
  const share = total === 0 ? 0 : verified / total
  const filled = verified === 0 ? 0 : Math.max(1, Math.floor(share * barCells))
  return `${paint('green', '█'.repeat(filled))}${paint('gray', '░'.repeat(barCells - filled))}`
}

/** "stale: mq-03.4 mq-03.5 (consumer.ts changed on 21 July)", by file. */
function staleWords(tasks: readonly TaskProgress[], lang: Language): string {
  const items = tasks.flatMap((task) => task.items.filter(({ state }) => state === 'stale'))
  const byChange = Map.groupBy(items, ({ changed }) => changeWords(changed, lang))
  return [...byChange]
    .map(([change, own]) => {
      const shown = own.slice(0, staleShownMax).map(({ item }) => item.id)
      const more = own.length - shown.length
      const ids = [...shown, ...(more > 0 ? [reportTexts.more(more)[lang]] : [])].join(' ')
      return `${stateTexts.stale[lang]}: ${ids} (${change})`
    })
    .join(' · ')
}

function changeWords(changed: ItemProgress['changed'], lang: Language): string {
  return changed === undefined ? '' : reportTexts.changedOn(fileName(changed.file), changed.when)[lang]
}

const stateMarks = {
  verified: { mark: '✓', colour: 'green' },
  claimed: { mark: '○', colour: 'gray' },
  stale: { mark: '↻', colour: 'yellow' },
  open: { mark: '·', colour: 'gray' },
} as const satisfies Record<ItemState, { mark: string; colour: Parameters<Paint>[0] }>

function taskLines(
  { task, items }: TaskProgress,
  wanted: ReadonlySet<string>,
  { lang, paint = plain }: ReportOptions,
): string[] {
  const shown = items.filter(({ item }) => wanted.has(item.id))
  const where = task.state === 'planned' ? reportTexts.notWritten[lang] : task.folder
  const idWidth = Math.max(...shown.map(({ item }) => item.id.length), 0)
  return [
    `${paint('bold', task.id)}  ${task.title[lang]}   ${paint('gray', where)}`,
    '',
    ...shown.flatMap((progress) => {
      const { mark, colour } = stateMarks[progress.state]
      const line = `${paint(colour, mark)} ${padEnd(progress.item.id, idWidth)}  ${progress.item.text[lang]}`
      return [
        line,
        ...evidenceWords(progress, lang).map((words) => `  ${' '.repeat(idWidth)}  ${paint('gray', words)}`),
      ]
    }),
  ]
}

/** What an item's state rests on, one thought per line. */
export function evidenceWords(
  { state, proof, failure, changed, inputs, lookedUp, isTicked, item }: ItemProgress,
  lang: Language,
): string[] {
  const lines: string[] = []
  if (proof !== undefined) {
    const { engine, servers, seed } = proof.circumstances
    const under =
      servers.length === 0 ? [kindTexts[proof.kind][lang]] : [[engine, ...servers].join(' '), `seed ${seed}`]
    const files = Object.keys(proof.subjects).map(fileName)
    lines.push([...(files.length > 0 ? [files.join(', ')] : []), isoDay(proof.when), ...under].join(' · '))
    // A bare count only shows that the check saw something; it has no phrase, and a reader needs none.
    const told = proof.figures.filter(({ said, unit }) => said !== undefined || unit !== 'count')
    const figures = told.map((figure) => figurePhrase(figure, lang))
    if (figures.length > 0) lines.push(figures.join(' · '))
  }
  if (changed !== undefined) lines.push(changeWords(changed, lang))
  if (failure !== undefined) {
    const when = reportTexts.failedOn(failure.when)[lang]
    lines.push(failure.said === undefined ? when : `${when}: ${failure.said[lang]}`)
  }
  if (item.evidence.includes('computed')) {
    const hasInputs = inputs !== undefined && inputs.of > 0
    if (hasInputs) lines.push(reportTexts.inputs(inputs.done, inputs.of)[lang])
    else if (lookedUp === undefined) lines.push(reportTexts.needsLater[lang])
    if (hasInputs && inputs.missing.length > 0) {
      const shown = inputs.missing.slice(0, missingShownMax)
      lines.push(reportTexts.missing(shown, inputs.missing.length - shown.length)[lang])
    }
    if (lookedUp !== undefined) lines.push(lookedUp.said[lang])
    const command = lookedUp?.command ?? commandForMissing(inputs?.missing[0])
    if (state !== 'verified' && command !== undefined) lines.push(reportTexts.goOn(command)[lang])
  }
  if (isTicked) lines.push((state === 'claimed' ? reportTexts.tickedByHand : reportTexts.alsoByHand)[lang])
  return lines
}

function itemData({
  item,
  state,
  isTicked,
  proof,
  failure,
  changed,
  inputs,
  lookedUp,
}: ItemProgress): unknown {
  return {
    id: item.id,
    text: item.text,
    evidence: [...item.evidence],
    state,
    isTicked,
    proof,
    failure,
    changed,
    inputs,
    lookedUp,
  }
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)))
}

function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - stringWidth(text))) + text
}
