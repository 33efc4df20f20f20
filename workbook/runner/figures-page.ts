/**
 * FIGURES.md: everything that was measured of the references, task by task, embedded beside real brokers where both are there.
 * Printed from `solutions/results/`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KeptFigure, type Results, readResults } from '#lab/measure/results'
import { circumstances, line, short, tableOf } from '#lab/measure/table'
import type { Task } from '../registry/registry.ts'
import { root, shownPath } from '../root.ts'
import { resultsPath } from './figures.ts'

export const figuresFile = 'FIGURES.md'
const reference = { kind: 'reference' } as const

/** The page as it is printed; of the tasks that have figures. */
export function printFigures(tasks: readonly Task[]): string {
  const measured = tasks.flatMap((task) => {
    const results = readResults(resultsPath(task, reference))
    return results === undefined ? [] : [{ task, results }]
  })
  const count = measured.reduce((sum, { results }) => sum + results.figures.length, 0)
  return [
    '# What was measured',
    '',
    `${count} figures of the references of ${measured.length} tasks, each taken by the command above it. Figures of two machines, or of two`,
    'evenings, are no comparison; what stands in one table of one run is. Printed by `npm run measure print`.',
    '',
    ...measured.flatMap(({ task, results }) => taskLines(task, results)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n')
}

export function writeFigures(tasks: readonly Task[]): void {
  writeFileSync(join(root, figuresFile), printFigures(tasks))
}

function taskLines(task: Task, results: Results): string[] {
  const real = readResults(resultsPath(task, reference, 'local'))
  const chart = shownPath(resultsPath(task, reference)).replace(/\.json$/, '.svg')
  return [
    `## ${task.id} · ${task.title.en}`,
    '',
    `\`npm run measure ${task.id} reference\` ([drawn](${chart}))`,
    '',
    tableOf(results, 'en'),
    '',
    ...(real === undefined ? [] : besideReal(task, results.figures, real.figures)),
  ]
}

function besideReal({ id }: Task, embedded: readonly KeptFigure[], real: readonly KeptFigure[]): string[] {
  const rows = real.map((figure) => {
    const ours = embedded.find(({ name }) => name === figure.name)
    const value = ({ value, unit }: KeptFigure) => `${short(value, 'en')} ${unit}`
    return line([figure.said.en, ours === undefined ? '' : value(ours), value(figure), String(figure.n)])
  })
  return [
    `\`npm run measure ${id} reference engine=local\``,
    '',
    line(['figure', 'embedded', 'real', 'n']),
    line(['---', '---', '---', '---']),
    ...rows,
    '',
    ...circumstances(real, 'en'),
    '',
  ]
}
