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
    'Where an engine is docker or url, the servers ran in the containers of `docker-compose.yml` on the same computer: for docker one',
    'server, and three Kafkas where the task wants three nodes; for url its cluster (`--profile cluster`), three RabbitMQs and three',
    'Kafkas, named by `AMQP_URL` and `KAFKA_BROKERS` as that file says. The images were the stand-ins of `docker/stand-ins`, which',
    'hold the versions that the tables name.',
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
  const real = realEngines.flatMap((engine) => {
    const measured = readResults(resultsPath(task, reference, engine))
    return measured === undefined ? [] : [{ engine, figures: measured.figures }]
  })
  const chart = shownPath(resultsPath(task, reference)).replace(/\.json$/, '.svg')
  return [
    `## ${task.id} · ${task.title.en}`,
    '',
    `\`npm run measure ${task.id} reference\` ([drawn](${chart}))`,
    '',
    tableOf(results, 'en'),
    '',
    ...(real.length === 0 ? [] : besideReal(task, results.figures, real)),
  ]
}

const realEngines = ['local', 'docker', 'url'] as const

interface RealFigures {
  readonly engine: (typeof realEngines)[number]
  readonly figures: readonly KeptFigure[]
}

/** A column for each engine, named after the server as it calls itself. */
export function besideReal(
  { id }: Pick<Task, 'id'>,
  embedded: readonly KeptFigure[],
  real: readonly RealFigures[],
): string[] {
  const names = [...new Set(real.flatMap(({ figures }) => figures.map(({ name }) => name)))]
  const rows = names.map((name) => {
    const measured = [embedded, ...real.map(({ figures }) => figures)].map((figures) =>
      figures.find((figure) => figure.name === name),
    )
    const values = measured.map((figure) =>
      figure === undefined ? '' : `${short(figure.value, 'en')} ${figure.unit}`,
    )
    const there = measured.filter((figure) => figure !== undefined)
    const counts = new Set(there.map(({ n }) => n))
    // Where the engines were asked unequally often, that is said for each.
    const asked = counts.size === 1 ? [...counts] : measured.map((figure) => figure?.n ?? '–')
    return line([there[0]?.said.en ?? name, ...values, asked.join(' / ')])
  })
  const heads = real.map(({ engine, figures }) => `${engine}: ${serversOf(figures)}`)
  const columns = ['figure', 'embedded', ...heads, 'n']
  return [
    real.map(({ engine }) => `\`npm run measure ${id} reference engine=${engine}\``).join(', '),
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...rows,
    '',
    ...real.flatMap(({ figures }) => [...circumstances(figures, 'en'), '']),
  ]
}

function serversOf(figures: readonly KeptFigure[]): string {
  return [...new Set(figures.map(({ server }) => server))].join(', ')
}
