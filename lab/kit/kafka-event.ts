/** Says what passed between a client and Kafka in the words one would use: `OffsetCommit payments/0 → 3`. */
import { errorNameOf } from '#brokers/kafka/wire'
import type { About, SeenRequest } from '../faults/kafka-proxy.ts'
import { shortId, text } from '../verdict/language.ts'
import type { Lane, Text, TraceStep } from '../verdict/verdict.ts'
import type { UntimedEvent } from './run-context.ts'

type Shown = (text: string) => string

/** So many partitions are named; a request may be about hundreds. */
const placesMax = 3

/** What clients do all the time to find their way and stay in their groups; without an error there is nothing to tell. */
const housekeeping = new Set(['ApiVersions', 'Metadata', 'FindCoordinator', 'Heartbeat', 'ListOffsets'])

/** Whether a reader needs nothing of it: finding one's way, heartbeats, and fetches that bring nothing. */
export function isQuiet({ method, direction, fields, about }: SeenRequest): boolean {
  if (direction === 'to-client' && errorOf(fields, about) !== undefined) return false
  if (method === 'Fetch') return direction === 'to-broker' || !about.some(({ hasRecords }) => hasRecords)
  if (method === 'OffsetFetch') return direction === 'to-broker'
  return housekeeping.has(method) || method.startsWith('Sasl')
}

/**
 * A request or response as a wire event. `said` is what a reader needs of it, `quiet` says that they need nothing.
 * @param shown turns names back into what the learner wrote
 */
export function kafkaEvent(seen: SeenRequest, lane: Lane, shown: Shown, remark?: Text): UntimedEvent {
  const { from, to } = endsOf(seen, lane)
  const [message] = idsOf(seen)
  return {
    kind: 'wire',
    protocol: 'kafka',
    from,
    to,
    connection: seen.connection,
    method: seen.method,
    fields: {
      ...(shownIn(seen.fields, shown) as Record<string, unknown>),
      said: saidOf(seen, shown),
      ...(isQuiet(seen) ? { quiet: true } : {}),
      ...(seen.forwarded ? {} : { dropped: true }),
    },
    ...(message === undefined ? {} : { message }),
    ...(remark === undefined ? {} : { note: remark }),
  }
}

/** A request or response as one step of a trace. */
export function requestStep(seen: SeenRequest, lane: Lane, shown: Shown, note?: Text): TraceStep {
  const said = note ?? (seen.forwarded ? undefined : text('lost here', 'mất ở đây'))
  const ids = idsOf(seen)
  return {
    atMs: seen.atMs,
    ...endsOf(seen, lane),
    what: `${seen.method} ${briefly(seen, shown)}`.trimEnd(),
    ...(ids.length === 1 && ids[0] !== undefined ? { message: shortId(ids[0]) } : {}),
    ...(said === undefined ? {} : { note: said }),
  }
}

/** The events that it carries, by their ids. */
export function idsOf({ about }: SeenRequest): readonly string[] {
  return about.flatMap(({ ids }) => ids ?? [])
}

function endsOf({ direction }: SeenRequest, lane: Lane): { from: Lane; to: Lane } {
  return direction === 'to-broker' ? { from: lane, to: 'broker' } : { from: 'broker', to: lane }
}

/** For a line of its own: with everything that fits. */
function saidOf(seen: SeenRequest, shown: Shown): string {
  const { method, direction, fields, about } = seen
  const facts = [briefly(seen, shown)]
  if (method === 'Produce' && direction === 'to-broker') {
    facts.push(`acks=${fields.acks === -1 ? 'all' : String(fields.acks)}`)
    const records = about.reduce((sum, each) => sum + (each.records ?? 0), 0)
    facts.push(records === 1 ? '1 record' : `${records} records`)
    const keys = [...new Set(about.flatMap((each) => each.keys ?? []))]
    if (keys.length === 1) facts.push(keys[0] === null ? 'no key' : `key ${shown(String(keys[0]))}`)
  }
  if (method === 'JoinGroup' && direction === 'to-broker')
    facts.push(`session ${String(fields.sessionTimeoutMs)} ms`)
  return facts.filter((fact) => fact !== '').join('  ')
}

/** For an arrow: where, and what came of it. */
function briefly({ method, direction, fields, about }: SeenRequest, shown: Shown): string {
  const isAnswer = direction === 'to-client'
  const error = isAnswer ? errorOf(fields, about) : undefined
  const facts = [factOf(method, isAnswer, fields, about, shown)]
  if (error !== undefined) facts.push(error)
  else if (isAnswer && facts[0] === '') facts.push('ok')
  return facts.filter((fact) => fact !== '').join(' ')
}

function factOf(
  method: string,
  isAnswer: boolean,
  fields: SeenRequest['fields'],
  about: readonly About[],
  shown: Shown,
): string {
  const group = typeof fields.groupId === 'string' ? shown(fields.groupId) : ''
  const hasFailed = isAnswer && errorOf(fields, about) !== undefined
  switch (method) {
    case 'Produce':
      return places(about, shown, ({ offset }) => (isAnswer && !hasFailed ? ` → ${offset}` : ''))
    case 'Fetch': {
      const carrying = about.filter(({ hasRecords }) => hasRecords)
      if (!isAnswer) return places(about, shown, ({ offset }) => ` from ${offset}`)
      return places(carrying, shown, ({ offset, lastOffset }) =>
        offset === lastOffset ? ` offset ${offset}` : ` offsets ${offset}-${lastOffset}`,
      )
    }
    case 'OffsetCommit':
    case 'TxnOffsetCommit':
      return isAnswer ? '' : places(about, shown, ({ offset }) => ` → ${offset}`)
    case 'OffsetFetch':
      return isAnswer
        ? places(about, shown, ({ offset }) => (offset === -1 ? ' → none' : ` → ${offset}`))
        : group
    case 'JoinGroup':
      if (!isAnswer || hasFailed) return group
      return `${group} generation ${String(fields.generationId)}${fields.leader === fields.memberId ? ', leader' : ''}`
    case 'SyncGroup': {
      if (!isAnswer || hasFailed) return group
      const given = Array.isArray(fields.assignment) ? (fields.assignment as readonly About[]) : []
      return given.length === 0 ? 'no partitions' : places(given, shown, () => '')
    }
    case 'LeaveGroup':
    case 'Heartbeat':
    case 'AddOffsetsToTxn':
      return group
    case 'EndTxn':
      return isAnswer ? '' : fields.committed === true ? 'commit' : 'abort'
    case 'InitProducerId':
      return isAnswer && !hasFailed
        ? `producer ${String(fields.producerId)} epoch ${String(fields.producerEpoch)}`
        : typeof fields.transactionalId === 'string'
          ? shown(fields.transactionalId)
          : ''
    default:
      return places(about, shown, () => '')
  }
}

function places(about: readonly About[], shown: Shown, more: (about: About) => string): string {
  const said = about
    .slice(0, placesMax)
    .map(
      (each) =>
        `${shown(each.topic)}${each.partition === undefined ? '' : `/${each.partition}`}${more(each)}`,
    )
  return said.join(', ') + (about.length > placesMax ? ' …' : '')
}

/** The first error that an answer tells of, as Kafka spells it. */
function errorOf(fields: SeenRequest['fields'], about: readonly About[]): string | undefined {
  const codes = [fields.errorCode, ...about.map(({ errorCode }) => errorCode)]
  const code = codes.find((each) => typeof each === 'number' && each !== 0)
  return typeof code === 'number' ? errorNameOf(code) : undefined
}

/** Values that JSON can hold, with names as the learner knows them. */
function shownIn(value: unknown, shown: Shown): unknown {
  if (typeof value === 'string') return shown(value)
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map((each) => shownIn(each, shown))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shownIn(each, shown)]))
  return value
}
