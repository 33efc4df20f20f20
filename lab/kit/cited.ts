/**
 * Claims and figures that a text cites: `design-05.3` is a claim that a check holds, `mq-02:burst-throughput` a figure that was measured.
 * What nobody holds or has measured can't be what an improvement would change.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KeptFigure, readResults } from '../measure/results.ts'
import { repositoryRoot } from './subject-under-test.ts'

export interface Citation {
  /** As it is written. */
  readonly as: string
  readonly is: 'claim' | 'figure'
  /** Whether there is such a claim or figure. */
  readonly isKnown: boolean
  /** The figure as it was measured last. */
  readonly figure?: KeptFigure
}

/** What can be cited. */
export interface Citable {
  /** Ids of the items that a check stands for. */
  readonly claims: ReadonlySet<string>
  /** By `<task>:<name>`. */
  readonly figures: ReadonlyMap<string, KeptFigure>
}

const task = '(?:study|design|mq|failure|consistency|review)-\\d{2}'
/** Without a space, or `mq-02: as before` would cite a figure of the name "as". */
const citation = new RegExp(`\\b(${task})(?:\\.(\\d+)\\b|:([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\\b)`, 'g')

/** Every citation of a text, in its order. `design-05` alone cites nothing. */
export function citationsIn(prose: string, { claims, figures }: Citable): Citation[] {
  return [...prose.matchAll(citation)].map(([as, of = '', item, name]): Citation => {
    if (item !== undefined) return { as, is: 'claim', isKnown: claims.has(`${of}.${item}`) }
    const figure = figures.get(`${of}:${name}`)
    return { as, is: 'figure', isKnown: figure !== undefined, ...(figure === undefined ? {} : { figure }) }
  })
}

/** What a subject may cite: the claims of all checks, and the figures of its own results (of ours: the reference's). */
export function citable(root: string = repositoryRoot): Citable {
  const isOurs = (process.env.MQ_SUBJECT ?? '') !== ''
  return {
    claims: new Set(checkFiles(root).flatMap((file) => claimsIn(readFileSync(file, 'utf8')))),
    figures: figuresIn(join(root, ...(isOurs ? ['solutions'] : []), 'results')),
  }
}

/** A check is named after its item. */
function claimsIn(source: string): string[] {
  return [...source.matchAll(new RegExp(`['"\`](${task}\\.\\d+) `, 'g'))].flatMap(([, id]) => id ?? [])
}

function checkFiles(root: string): string[] {
  return ['designs', 'exercises']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => /(?:\.check|[/\\]claims)\.test\.ts$/.test(file))
}

function figuresIn(folder: string): Map<string, KeptFigure> {
  const files = existsSync(folder) ? readdirSync(folder) : []
  return new Map(
    files
      .filter((file) => new RegExp(`^${task}\\.json$`).test(file))
      .flatMap((file) => readResults(join(folder, file)) ?? [])
      .flatMap(({ task: of, figures }) => figures.map((figure) => [`${of}:${figure.name}`, figure] as const)),
  )
}
