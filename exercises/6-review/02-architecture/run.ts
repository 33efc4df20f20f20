/** The attacks of review-02: the linters over the learner's architecture, and the score of their review of the sample. */
import { z } from 'zod'
import type { Attack } from '#lab/kit/claim-test'
import {
  type ArchitectureData,
  type ArchitectureFinding,
  lintEvents,
  lintFailures,
  lintFlow,
  lintViews,
} from '#lab/lint/architecture'
import { type Mark, type Score, scoreMarks } from '#lab/study/marks'
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
  readonly findings: Readonly<
    Record<'events' | 'flow' | 'failures' | 'views', readonly ArchitectureFinding[]>
  >
  readonly counts: {
    readonly events: number
    readonly keys: number
    readonly consumers: number
    readonly readers: number
  }
}

export const linted: Attack<LintSeen> = async (subject) => {
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
