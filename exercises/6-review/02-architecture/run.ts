/** The attacks of review-02: the linters over the learner's architecture and designs, and the score of their review of the sample. */
import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Citation, citable, citationsIn } from '#lab/kit/cited'
import type { Attack } from '#lab/kit/claim-test'
import { proseOf, quotes } from '#lab/kit/document'
import type { SubjectUnderTest } from '#lab/kit/subject-under-test'
import {
  type ArchitectureData,
  type ArchitectureFinding,
  lintEvents,
  lintFailures,
  lintFlow,
  lintViews,
} from '#lab/lint/architecture'
import { type Mark, type Score, scoreMarks } from '#lab/study/marks'
import type { Text } from '#lab/verdict'
import { type DesignsLinted, type Look, lintDesigns } from './attacks/designs.ts'
import * as rules from './notes.rules.ts'
import { kinds, reviewKey } from './rubric.ts'

const name = z.string().min(1)
const fieldKind = z.enum([
  'id',
  'time',
  'version',
  'minor units',
  'currency',
  'decimal',
  'text',
  'number',
  'flag',
])
const strategy = z.enum(['strong', 'read-your-writes', 'bounded-staleness', 'eventual'])
const settings = z.record(z.string(), z.unknown()).optional()

/** Types are gone when it runs: what is no architecture is told with its place. */
const architectureSchema = z.object({
  events: z.array(
    z.object({
      name,
      version: z.number().int().positive(),
      fields: z.record(z.string(), fieldKind),
      optional: z.array(z.string()).optional(),
      key: name,
      before: z.record(z.string(), fieldKind).optional(),
    }),
  ),
  topology: z.object({
    exchanges: z.array(z.object({ name, type: name, arguments: settings })),
    queues: z.array(z.object({ name, durable: z.boolean(), arguments: settings })),
    bindings: z.array(z.object({ exchange: name, queue: name, routingKey: z.string() })),
  }),
  publishers: z.array(z.object({ service: name, exchange: z.string(), keys: z.array(name) })),
  consumers: z.array(
    z.object({
      service: name,
      queue: name,
      // JSON knows no Infinity; here it is what somebody may honestly say of their retries.
      attempts: z.number().or(z.literal(Number.POSITIVE_INFINITY)),
      backoff: z.enum(['none', 'fixed', 'exponential']),
      jitter: z.boolean(),
      knowsCopiesBy: z.string().nullable(),
    }),
  ),
  views: z.array(
    z.object({
      name,
      owner: name,
      strategy,
      staleSeconds: z.number().optional(),
      repairedBy: z.string().optional(),
    }),
  ),
  readers: z.array(z.object({ service: name, view: name, decides: name, needs: strategy })),
})

export interface LintSeen {
  /** What keeps it from being looked through at all. */
  readonly unreadable: string | undefined
  readonly findings: Readonly<Record<Look, readonly ArchitectureFinding[]>>
  readonly counts: {
    readonly events: number
    readonly keys: number
    readonly consumers: number
    readonly readers: number
  }
  /** What the linters say of the designs themselves. */
  readonly designs: DesignsLinted
}

export const linted: Attack<LintSeen> = async (subject) => {
  const designs = await lintDesigns(subject)
  const { architecture } = await subject.loadData<{ architecture: unknown }>('architecture.ts', [
    'architecture',
  ])
  const read = architectureSchema.safeParse(architecture)
  if (!read.success) {
    const [issue] = read.error.issues
    const unreadable = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
    return {
      unreadable,
      findings: { events: [], flow: [], failures: [], views: [] },
      counts: { events: 0, keys: 0, consumers: 0, readers: 0 },
      designs,
    }
  }
  const data = read.data as ArchitectureData
  return {
    unreadable: undefined,
    findings: {
      events: lintEvents(data),
      flow: lintFlow(data),
      failures: lintFailures(data),
      views: lintViews(data),
    },
    counts: {
      events: data.events.length,
      keys: data.publishers.flatMap(({ keys }) => keys).length,
      consumers: data.consumers.length,
      readers: data.readers.length,
    },
    designs,
  }
}

export interface SampleSeen {
  readonly marks: readonly Mark[]
  readonly score: Score
  readonly unexplained: readonly string[]
}

export const sampled: Attack<SampleSeen> = async (subject) => {
  const { marks: given } = await subject.loadData<{ marks: unknown }>('marks.ts', ['marks'])
  const raw = Array.isArray(given) ? (given as readonly Record<string, unknown>[]) : []
  const marks = raw.map(({ element, kind, why }): Mark => {
    return { where: String(element), kind: String(kind), why: String(why ?? '') }
  })
  const unexplained = marks
    .filter(
      ({ kind, why }) =>
        (why.match(/[\p{L}\p{N}]+/gu) ?? []).length < 6 || !kinds.some((each) => each === kind),
    )
    .map(({ where, kind }) => `${where} (${kind})`)
  return { marks, score: scoreMarks(marks, reviewKey), unexplained }
}

export interface CitedSeen {
  /** Rows of the table of improvements that cite something that is there. */
  readonly rows: number
  readonly unknown: readonly string[]
}

/** A section of the review, and what it cites, line by line. */
function citedIn(
  subject: SubjectUnderTest,
  heading: Text,
): { readonly prose: string; readonly lines: readonly (readonly Citation[])[] } {
  const path = subject.path('REVIEW.md')
  const prose = existsSync(path) ? (proseOf(readFileSync(path, 'utf8'), heading) ?? '') : ''
  const known = citable()
  return { prose, lines: prose.split('\n').map((line) => citationsIn(line, known)) }
}

const unknownIn = (cited: readonly Citation[]): string[] =>
  cited.filter(({ isKnown }) => !isKnown).map(({ as }) => as)

/** Looks up which claims and figures the improvements would change. */
export const improvementsCited: Attack<CitedSeen> = async (subject) => {
  const { prose, lines } = citedIn(subject, rules.improvementsHeading)
  const isRow = (at: number): boolean => prose.split('\n')[at]?.includes('|') === true
  return {
    rows: lines.filter((cited, at) => isRow(at) && cited.some(({ isKnown }) => isKnown)).length,
    unknown: unknownIn(lines.flat()),
  }
}

export interface OptimizationSeen {
  readonly figures: readonly string[]
  readonly unknown: readonly string[]
  /** Figures that are named, and whose value of today the text does not say, each with that value. */
  readonly unquoted: readonly string[]
}

/** Looks up the figure that the optimization would change, and its value of today. */
export const optimizationCited: Attack<OptimizationSeen> = async (subject) => {
  const { prose, lines } = citedIn(subject, rules.optimizationHeading)
  const cited = lines.flat()
  const figures = cited.flatMap(({ as, figure }) => (figure === undefined ? [] : [{ as, figure }]))
  return {
    figures: figures.map(({ as }) => as),
    unknown: unknownIn(cited),
    unquoted: figures
      .filter(({ figure }) => !quotes(prose, figure))
      .map(({ as, figure }) => `${as} = ${Number(figure.value.toPrecision(2))} ${figure.unit}`),
  }
}
