/** The figures of a task as they lie in its result files: the learner's and the reference's, embedded and on real brokers. */
import { statSync } from 'node:fs'
import { type KeptFigure, readResults } from '#lab/measure/results'
import type { Task } from '#workbook/registry'
import { resultsPath } from '#workbook/runner/figures'

/** Each has a file of its own. */
const engines = ['embedded', 'local', 'docker', 'url'] as const

export type Whose = 'yours' | 'reference'

export interface Figure extends KeptFigure {
  readonly whose: Whose
}

export interface Figures {
  readonly task: Task
  readonly figures: readonly Figure[]
  /** Why a file could not be read. */
  readonly trouble?: string
}

/** Changes with any of the files that figures of a task lie in. */
export function stampOfFigures(task: Task): string {
  return (['learner', 'reference'] as const)
    .flatMap((kind) => engines.map((engine) => resultsPath(task, { kind }, engine)))
    .map((path) => {
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats === undefined ? '' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`
    })
    .join()
}

export function figuresOf(task: Task): Figures {
  try {
    const figures = (['learner', 'reference'] as const).flatMap((kind) => {
      const whose: Whose = kind === 'learner' ? 'yours' : 'reference'
      return engines.flatMap((engine) =>
        (readResults(resultsPath(task, { kind }, engine))?.figures ?? []).map((figure) => ({
          ...figure,
          whose,
        })),
      )
    })
    return { task, figures }
  } catch (error) {
    return { task, figures: [], trouble: error instanceof Error ? error.message : String(error) }
  }
}

/** One line a figure, for a spreadsheet. A cell that a spreadsheet would take for a formula is told to be text. */
export function csvOf({ figures }: Figures): string {
  const head = [
    'figure',
    'whose',
    'value',
    'unit',
    'n',
    ...percentileNames,
    'engine',
    'server',
    'seed',
    'at',
    'method',
  ]
  const rows = figures.map((figure) => [
    figure.name,
    figure.whose,
    figure.value,
    figure.unit,
    figure.n,
    ...percentileNames.map((name) => figure.percentiles?.[name] ?? ''),
    figure.engine,
    figure.server,
    figure.seed,
    figure.at,
    figure.method.en,
  ])
  return `${[head, ...rows].map((row) => row.map(cellOf).join(',')).join('\r\n')}\r\n`
}

export const percentileNames = ['min', 'p50', 'p90', 'p99', 'p999', 'max'] as const

function cellOf(value: string | number): string {
  const said = typeof value === 'string' && /^[=+\-@\t]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(said) ? `"${said.replaceAll('"', '""')}"` : said
}
