/** The linters of the design part over the designs of design-01, design-02 and design-05, as they are now. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Spot } from '#lab/kit/promise'
import { repositoryRoot, type SubjectUnderTest } from '#lab/kit/subject-under-test'
import { compatibilityOf } from '#lab/lint/compatibility'
import { type DesignData, type DesignFindingKind, lintDesign } from '#lab/lint/design'
import { isObject, type Json } from '#lab/lint/json-pointer'
import { changeSchema, schemaChanges } from '#lab/lint/schema-changes'
import { lintTopology, type TopologyFindingKind, type TopologyUse } from '#lab/lint/topology'
import type { Text } from '#lab/verdict'
import { text } from '#lab/verdict/language'

/** The four looks of the review, one for each item from review-02.2 to 02.5. */
export const looks = ['events', 'flow', 'failures', 'views'] as const
export type Look = (typeof looks)[number]

/** What a linter says about a design, or why none could say anything. */
export interface DesignFound {
  readonly task: string
  readonly said: Text
  readonly at: Spot
}

export interface DesignsLinted {
  /** Designs that are not there yet, so that nothing was looked at. */
  readonly notThere: readonly DesignFound[]
  readonly findings: Readonly<Record<Look, readonly DesignFound[]>>
  /** What was looked at: changes of the schema, messages and keys, queues and handlings, reads. */
  readonly counts: Readonly<Record<Look, number>>
}

/** Which designs a look needs. */
export const designsOf: Readonly<Record<Look, readonly string[]>> = {
  events: ['design-01', 'design-02'],
  flow: ['design-02', 'design-05'],
  failures: ['design-02', 'design-05'],
  views: ['design-02'],
}

/** Every kind of finding belongs to one look. */
const looksOfDesign: Readonly<Record<DesignFindingKind, Look>> = {
  'command-as-event': 'events',
  'event-as-command': 'events',
  'missing-field': 'events',
  twice: 'flow',
  unknown: 'flow',
  unpublished: 'flow',
  unheard: 'flow',
  'no-handler': 'flow',
  'many-handlers': 'flow',
  cycle: 'flow',
  unremembered: 'failures',
  waits: 'failures',
  'shared-table': 'views',
  'two-publishers': 'views',
  'not-the-owner': 'views',
  'silent-write': 'views',
}
const looksOfTopology: Readonly<Record<TopologyFindingKind, Look>> = {
  undeclared: 'flow',
  twice: 'flow',
  unroutable: 'flow',
  unreachable: 'flow',
  unread: 'flow',
  'read-while-waiting': 'failures',
  'no-dead-letters': 'failures',
  'unbound-dead-letters': 'failures',
  'no-end': 'failures',
  forgets: 'failures',
  'expiry-cycle': 'failures',
}

type Linted = {
  readonly findings: readonly { readonly look: Look; readonly said: Text; readonly near: string }[]
  readonly counts: Partial<Record<Look, number>>
}

interface Design {
  readonly task: string
  readonly folder: string
  /** The file that a finding points into. */
  readonly file: string
  readonly lint: (subject: SubjectUnderTest) => Promise<Linted>
}

const designs: readonly Design[] = [
  { task: 'design-01', folder: 'designs/01-payment-event-schema', file: 'versions.ts', lint: lintSchema },
  {
    task: 'design-02',
    folder: 'designs/02-wallet-architecture',
    file: 'architecture.ts',
    lint: lintServices,
  },
  { task: 'design-05', folder: 'designs/05-queue-topology', file: 'topology.ts', lint: lintQueues },
]

/** Runs all linters. A design that is still a TODO, or can't be looked through, is told as that. */
export async function lintDesigns(subject: SubjectUnderTest): Promise<DesignsLinted> {
  const notThere: DesignFound[] = []
  const findings: Record<Look, DesignFound[]> = { events: [], flow: [], failures: [], views: [] }
  const counts: Record<Look, number> = { events: 0, flow: 0, failures: 0, views: 0 }
  for (const { task, folder, file, lint } of designs) {
    const other = subject.other(folder)
    const at = (near: string): Spot => ({ file: subject.spotOf(other, file), near: [near] })
    try {
      const linted = await lint(other)
      for (const { look, said, near } of linted.findings) findings[look].push({ task, said, at: at(near) })
      for (const look of looks) counts[look] += linted.counts[look] ?? 0
    } catch (error) {
      // Whatever keeps a design from being looked through is that design's: its own checks say it in full.
      notThere.push({ task, at: at('TODO'), said: notReviewed(task, reasonOf(error)) })
    }
  }
  return { notThere, findings, counts }
}

function notReviewed(task: string, why: Text): Text {
  return text(
    `${task} could not be reviewed: ${why.en} (npm run exercise ${task})`,
    `chưa xem lại được ${task}: ${why.vi} (npm run exercise ${task})`,
  )
}

class NotThere extends Error {
  override readonly name = 'NotThere'
  readonly why: Text

  constructor(why: Text) {
    super(why.en)
    this.why = why
  }
}

function reasonOf(error: unknown): Text {
  if (error instanceof NotThere) return error.why
  // What the subject threw is a sentence in both languages already.
  const { breach } = error as { readonly breach?: { readonly said: Text } }
  return breach?.said ?? text(messageOf(error), messageOf(error))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const fieldNames = ['event_id', 'timestamp', 'payment_id', 'amount', 'merchant_id', 'status'] as const

/** design-01: every change that its rule lets through without a new version, made to its schema and compared; and its oldest events, read. */
async function lintSchema(subject: SubjectUnderTest): Promise<Linted> {
  const { jsonSchema } = await subject.load<{ jsonSchema(): unknown }>('event.ts', ['jsonSchema'])
  const { fields } = await subject.loadData<{ fields: Readonly<Record<string, unknown>> }>('event.ts', [
    'fields',
  ])
  const { needsNewVersion, read } = await subject.load<{
    needsNewVersion(change: { readonly kind: string; readonly field: string }): unknown
    read(message: string): unknown
  }>('versions.ts', ['needsNewVersion', 'read'])
  const schema = overTheWire(jsonSchema())
  const golden = JSON.parse(
    readFileSync(join(repositoryRoot, subject.taskFolder, 'golden', 'first-version.json'), 'utf8'),
  ) as readonly Json[]
  let compared = 0
  const incompatible = fieldNames.flatMap((field) =>
    schemaChanges.flatMap((kind) => {
      const changed = changeSchema(schema, String(fields[field] ?? ''), kind)
      if (changed === undefined) return []
      compared += 1
      const { backward, forward } = compatibilityOf(changed.before, changed.after)
      const [first] = [...backward, ...forward]
      if (first === undefined || needsNewVersion({ kind, field }) !== false) return []
      return [
        {
          look: 'events' as const,
          near: 'needsNewVersion',
          said: text(
            `design-01 lets "${kind}" of ${field} through without a new version, and then ${first.said.en}`,
            `design-01 cho "${kind}" với ${field} qua mà không cần version mới, và khi đó ${first.said.vi}`,
          ),
        },
      ]
    }),
  )
  const unread = golden.flatMap((message) => {
    try {
      read(JSON.stringify(message))
      return []
    } catch (error) {
      return [
        {
          look: 'events' as const,
          near: 'function read',
          said: text(
            `design-01 can't read an event of its first version any more: ${messageOf(error)}`,
            `design-01 không còn đọc được event của version đầu: ${messageOf(error)}`,
          ),
        },
      ]
    }
  })
  if (compared === 0)
    throw new NotThere(
      text(
        'its schema says nothing about the six fields of the brief',
        'schema chưa nói gì về sáu trường của đề bài',
      ),
    )
  return { findings: [...incompatible, ...unread], counts: { events: compared + golden.length } }
}

/** As it is published: what JSON can't say is in no schema. */
function overTheWire(schema: unknown): Json {
  const plain: unknown = JSON.parse(JSON.stringify(schema ?? null))
  if (!isObject(plain))
    throw new NotThere(text('jsonSchema() answers no object', 'jsonSchema() không trả về object'))
  return plain
}

type Services = DesignData & {
  readonly reads: readonly { readonly what: string; readonly staleMsMax: number }[]
}

/** design-02: services, messages and tables, and how far behind each read may be. */
async function lintServices(subject: SubjectUnderTest): Promise<Linted> {
  const { architecture } = await subject.loadData<{ architecture: Services }>('architecture.ts', [
    'architecture',
  ])
  const { services, events, commands, reads } = architecture
  if (services.length === 0)
    throw new NotThere(text('architecture.ts has no services yet', 'architecture.ts chưa có service nào'))
  const boundless = reads.filter(({ staleMsMax }) => !(Number.isFinite(staleMsMax) && staleMsMax > 0))
  return {
    findings: [
      ...lintDesign(architecture).map(({ kind, about, said }) => ({
        look: looksOfDesign[kind],
        near: `'${about}'`,
        said: of('design-02', said),
      })),
      ...(reads.length > 0
        ? []
        : [
            {
              look: 'views' as const,
              near: 'reads:',
              said: of(
                'design-02',
                text(
                  'nobody reads anything, so nothing may be stale',
                  'không ai đọc gì, nên không có gì được phép cũ',
                ),
              ),
            },
          ]),
      ...boundless.map(({ what }) => ({
        look: 'views' as const,
        near: what,
        said: of(
          'design-02',
          text(
            `"${what}" may be behind without a bound: nothing can be alerted on`,
            `"${what}" được phép trễ không giới hạn: không cảnh báo được gì`,
          ),
        ),
      })),
    ],
    counts: {
      events: events.length + commands.length,
      flow: events.length + commands.length,
      failures: services.flatMap(({ handles }) => handles).length,
      views: reads.length,
    },
  }
}

type Topology = Parameters<typeof lintTopology>[0] & {
  readonly publishers: TopologyUse['publishers']
  readonly readers: readonly { readonly service: string; readonly queue?: string }[]
}

/** design-05: exchanges, queues and bindings, with who publishes and who reads. */
async function lintQueues(subject: SubjectUnderTest): Promise<Linted> {
  const { topology } = await subject.loadData<{ topology: Topology }>('topology.ts', ['topology'])
  const { queues, publishers } = topology
  if (queues.length === 0)
    throw new NotThere(text('topology.ts declares no queue yet', 'topology.ts chưa khai báo queue nào'))
  const readers = topology.readers.flatMap(({ service, queue }) =>
    queue === undefined ? [] : [{ service, queue }],
  )
  return {
    findings: lintTopology(topology, { publishers, readers }).map(({ kind, about, said }) => ({
      look: looksOfTopology[kind],
      near: `'${about}'`,
      said: of('design-05', said),
    })),
    counts: { flow: publishers.flatMap(({ keys }) => keys).length, failures: queues.length },
  }
}

function of(task: string, said: Text): Text {
  return text(`${task}: ${said.en}`, `${task}: ${said.vi}`)
}
