/** Holds the verdicts of two engines against each other, item by item, and prints them as Markdown. */
import type { Outcome, Verdict } from '#lab/verdict'
import type { ParityException } from './exceptions.ts'

export interface Compared {
  readonly item: string
  readonly embedded: Outcome
  readonly real: Outcome
  /** Undefined: nothing is wrong. */
  readonly wrong?: string
  readonly because?: string
}

type Exceptions = Readonly<Record<string, ParityException>>

/** In the order of the embedded run. */
export function compareVerdicts(
  embedded: readonly Verdict[],
  real: readonly Verdict[],
  exceptions: Exceptions,
): Compared[] {
  return embedded.map((verdict) => {
    const other = real.find(({ item }) => item === verdict.item)
    const compared = {
      item: verdict.item,
      embedded: verdict.outcome,
      real: other?.outcome ?? 'inconclusive',
    } as const
    const exception = exceptions[verdict.item]
    if (verdict.outcome !== 'passed') return { ...compared, wrong: `embedded: ${sayingOf(verdict)}` }
    if (other === undefined) return { ...compared, wrong: 'the real broker has no verdict' }
    if (exception === undefined)
      return other.outcome === 'passed' ? compared : { ...compared, wrong: `real: ${sayingOf(other)}` }
    const { because } = exception
    if (other.outcome === exception.real) return { ...compared, because }
    const listed = `listed as ${exception.real} (${because})`
    return { ...compared, because, wrong: `${listed}, and is ${other.outcome}: ${sayingOf(other)}` }
  })
}

function sayingOf(verdict: Verdict): string {
  if (verdict.outcome === 'failed') return verdict.breach.said.en
  return verdict.outcome === 'inconclusive' ? verdict.cause.en : 'passed'
}

export interface TaskParity {
  readonly task: string
  readonly title: string
  /** What the real run was judged on, as the servers say. */
  readonly servers: readonly string[]
  readonly compared: readonly Compared[]
  readonly seed: number
  readonly node: string
  /** Such as 2026-11-30. */
  readonly date: string
}

export interface Account {
  readonly tasks: readonly TaskParity[]
  /** Tasks that are ready and have not been compared. */
  readonly missing: readonly string[]
}

/** PARITY.md. */
export function parityPage({ tasks, missing }: Account): string {
  const counts = tasks.flatMap(({ compared }) => compared)
  const same = counts.filter(({ embedded, real }) => embedded === real).length
  const exceptions = counts.filter(({ because }) => because !== undefined)
  return [
    '# Parity',
    '',
    'The checks of the tasks, on the references: on the embedded brokers and on real ones of one computer. Printed by',
    '`npm run test:real tasks`, which fails on a difference that is not explained below; never edited by hand.',
    '',
    `${counts.length} items and experiments: ${same} end alike, ${exceptions.length} differ for the reasons below.`,
    '',
    ...table(
      ['task', 'real broker', 'compared', 'alike', 'differ', 'run'],
      tasks.map(({ task, title, servers, compared, seed, node, date }) => {
        const alike = compared.filter(({ embedded, real }) => embedded === real).length
        const others = compared.filter(({ embedded, real }) => embedded !== real).map(({ item }) => item)
        const run = `${date}, Node ${node}, seed ${seed}`
        const cells = [String(compared.length), String(alike), others.join(', ') || '–', run]
        return [`${task} ${title}`, servers.join(', '), ...cells]
      }),
    ),
    ...(exceptions.length === 0
      ? []
      : [
          '',
          ...table(
            ['item', 'embedded', 'real', 'because'],
            exceptions.map(({ item, embedded, real, because = '' }) => [item, embedded, real, because]),
          ),
        ]),
    ...(missing.length === 0 ? [] : ['', `Not compared yet: ${missing.join(', ')}.`]),
    '',
  ].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
