/**
 * The arguments of queue.declare (rabbitmq.md 2.5): one row per argument with its check, the queue types that take it and
 * whether a redeclaration must repeat it. An argument that no row has is accepted and means nothing, as in RabbitMQ.
 */
import { describe, erlangTerm, type Refusal, refusal } from '../../refusal.ts'
import { type FieldTable, type FieldValue, letterOf, wireTypeOf } from '../../wire/field-table.ts'

export type QueueType = 'classic' | 'quorum'

/** Gives what is wrong with a value as RabbitMQ words it, or nothing. */
type Check = (value: FieldValue, wireType: string) => string | undefined

const integerTypes = new Set([
  'byte',
  'unsignedbyte',
  'short',
  'unsignedshort',
  'signedint',
  'unsignedint',
  'long',
])
/** Timers beyond this many milliseconds are refused. */
const EXPIRY_MS_MAX = 4_294_967_295

/** RabbitMQ's default (consumer_timeout). */
const CONSUMER_TIMEOUT_MS = 1_800_000

const integer: Check = (_value, type) =>
  integerTypes.has(type) ? undefined : `"expected integer, got ${type}"`
const text: Check = (_value, type) => (type === 'longstr' ? undefined : `"expected longstr, got ${type}"`)
const bool: Check = (_value, type) => (type === 'bool' ? undefined : `"expected boolean, got ${type}"`)

const notNegative: Check = (value, type) =>
  integer(value, type) ?? (Number(value) < 0 ? `{value_negative,${String(value)}}` : undefined)

const milliseconds: Check = (value, type) =>
  notNegative(value, type) ?? (Number(value) > EXPIRY_MS_MAX ? `{value_too_big,${String(value)}}` : undefined)

const positiveMilliseconds: Check = (value, type) =>
  milliseconds(value, type) ?? (Number(value) === 0 ? '{value_zero,0}' : undefined)

const priority: Check = (value, type) =>
  notNegative(value, type) ?? (Number(value) > 255 ? `{max_value_exceeded,${String(value)}}` : undefined)

const overflow: Check = (value, type) =>
  text(value, type) ??
  (['drop-head', 'reject-publish', 'reject-publish-dlx'].includes(String(value))
    ? undefined
    : 'invalid_overflow')

const queueType: Check = (value, type) =>
  text(value, type) ??
  (['classic', 'quorum', 'stream'].includes(String(value))
    ? undefined
    : `"unsupported queue type '${String(value)}'"`)

interface ArgumentRow {
  readonly check: Check
  /** Queue types that refuse it. */
  readonly refusedBy?: readonly QueueType[]
  /** What the argument does here; `unsupported` ones are answered with 540. */
  readonly support: 'full' | 'no-effect' | 'unsupported'
  readonly about: string
}

export const argumentRows = {
  'x-queue-type': {
    check: queueType,
    support: 'full',
    about: 'classic or quorum; stream is answered with 540',
  },
  'x-message-ttl': { check: milliseconds, support: 'full', about: 'time-to-live of each message in ms' },
  'x-expires': {
    check: positiveMilliseconds,
    support: 'full',
    about: 'the queue goes after so many idle ms',
  },
  'x-dead-letter-exchange': { check: text, support: 'full', about: 'where dead messages go' },
  'x-dead-letter-routing-key': { check: text, support: 'full', about: 'key of dead messages' },
  'x-dead-letter-strategy': {
    check: text,
    support: 'unsupported',
    about: 'at-least-once dead lettering of quorum queues; at-most-once, the default, is accepted',
  },
  'x-max-length': { check: notNegative, support: 'full', about: 'most ready messages' },
  'x-max-length-bytes': { check: notNegative, support: 'full', about: 'most bytes of ready messages' },
  'x-overflow': { check: overflow, support: 'full', about: 'drop-head, reject-publish, reject-publish-dlx' },
  'x-max-priority': {
    check: priority,
    refusedBy: ['quorum'],
    support: 'full',
    about: 'priorities 0 to this',
  },
  'x-single-active-consumer': { check: bool, support: 'full', about: 'one consumer at a time' },
  'x-delivery-limit': {
    check: integer,
    refusedBy: ['classic'],
    support: 'full',
    about: 'returns until dropped; -1: no limit',
  },
  'x-consumer-timeout': {
    check: notNegative,
    support: 'full',
    about: 'ms within which a delivery must be settled',
  },
  'x-queue-mode': {
    check: text,
    refusedBy: ['quorum'],
    support: 'no-effect',
    about: 'default or lazy: where messages are kept',
  },
  'x-queue-version': {
    check: integer,
    refusedBy: ['quorum'],
    support: 'no-effect',
    about: 'storage version',
  },
  'x-queue-master-locator': { check: text, support: 'no-effect', about: 'placement in a cluster' },
  'x-queue-leader-locator': { check: text, support: 'no-effect', about: 'placement in a cluster' },
  'x-quorum-initial-group-size': {
    check: notNegative,
    support: 'no-effect',
    about: 'replicas; there is one',
  },
} as const satisfies Readonly<Record<string, ArgumentRow>>

type ArgumentName = keyof typeof argumentRows
const rowOf = (name: string): ArgumentRow | undefined =>
  Object.hasOwn(argumentRows, name) ? argumentRows[name as ArgumentName] : undefined

/** What the arguments of a queue mean. */
export interface QueueSettings {
  readonly type: QueueType
  readonly messageTtlMs: number
  /** Idle time after which the queue goes; Infinity for never. */
  readonly expiresMs: number
  readonly deadLetterExchange: string | undefined
  readonly deadLetterRoutingKey: string | undefined
  readonly lengthMax: number
  readonly bytesMax: number
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx'
  readonly priorityMax: number
  readonly isSingleActive: boolean
  /** How long a delivery may stay unsettled. */
  readonly consumerTimeoutMs: number
  /** As declared; the profile has the default. */
  readonly deliveryLimit: number | undefined
}

/** @throws Refusal for the first argument that RabbitMQ would refuse, or that is not supported here. */
export function queueSettings(args: FieldTable, of: { name: string; vhost: string }): QueueSettings {
  const place = describe('queue', of.name, of.vhost)
  for (const name of Object.keys(args)) checkArgument(args, name, place)
  if (args['x-dead-letter-routing-key'] !== undefined && args['x-dead-letter-exchange'] === undefined) {
    throw invalidArgument('x-dead-letter-routing-key', place, 'routing_key_but_no_dlx_defined')
  }
  const number = (name: ArgumentName, fallback: number) => Number(args[name] ?? fallback)
  const string = (name: ArgumentName) => args[name] as string | undefined
  return {
    type: (string('x-queue-type') ?? 'classic') as QueueType,
    messageTtlMs: number('x-message-ttl', Number.POSITIVE_INFINITY),
    expiresMs: number('x-expires', Number.POSITIVE_INFINITY),
    deadLetterExchange: string('x-dead-letter-exchange'),
    deadLetterRoutingKey: string('x-dead-letter-routing-key'),
    lengthMax: number('x-max-length', Number.POSITIVE_INFINITY),
    bytesMax: number('x-max-length-bytes', Number.POSITIVE_INFINITY),
    overflow: (string('x-overflow') ?? 'drop-head') as QueueSettings['overflow'],
    priorityMax: number('x-max-priority', 0),
    isSingleActive: args['x-single-active-consumer'] === true,
    consumerTimeoutMs: number('x-consumer-timeout', CONSUMER_TIMEOUT_MS),
    deliveryLimit: args['x-delivery-limit'] === undefined ? undefined : number('x-delivery-limit', 0),
  }
}

function checkArgument(args: FieldTable, name: string, place: string): void {
  const row = rowOf(name)
  if (row === undefined) return
  const wrong = row.check(args[name], wireTypeOf(args, name))
  if (wrong !== undefined) throw invalidArgument(name, place, wrong)
  const type = args['x-queue-type'] ?? 'classic'
  if (type === 'stream') {
    throw refusal(
      'notImplemented',
      `queue type 'stream' (argument 'x-queue-type' for ${place}) is not implemented`,
    )
  }
  if (row.refusedBy?.includes(type as QueueType)) {
    throw refusal(
      'preconditionFailed',
      `invalid arg '${name}' for ${place} of queue type rabbit_${String(type)}_queue`,
    )
  }
  const isDefault = name === 'x-dead-letter-strategy' && args[name] === 'at-most-once'
  if (row.support === 'unsupported' && !isDefault) {
    throw refusal('notImplemented', `argument '${name}' for ${place} is not implemented`)
  }
}

/** The argument of basic.consume that has a meaning here. @throws Refusal */
export function checkConsumerArguments(args: FieldTable, place: string): void {
  const wrong = args['x-priority'] === undefined ? undefined : integer(0, wireTypeOf(args, 'x-priority'))
  if (wrong !== undefined) throw invalidArgument('x-priority', place, wrong)
}

function invalidArgument(name: string, place: string, wrong: string): Refusal {
  return refusal('preconditionFailed', `invalid arg '${name}' for ${place}: ${wrong}`)
}

/**
 * Holds a redeclaration against what there is. Properties are compared as values, arguments with their types.
 * @throws Refusal naming the first difference.
 */
export function checkSameArguments(options: {
  names: readonly string[]
  current: FieldTable
  received: FieldTable
  place: string
}): void {
  const { current, received, place } = options
  for (const name of options.names) {
    const [mine, theirs] = [current[name], received[name]]
    if (mine === undefined && theirs === undefined) continue
    if (mine !== undefined && theirs !== undefined) {
      if (mine === theirs && classOf(current, name) === classOf(received, name)) continue
      throw inequivalent(name, place, `'${String(theirs)}'`, `'${String(mine)}'`)
    }
    throw inequivalent(name, place, typed(received, name), typed(current, name))
  }
}

/** The arguments that a redeclaration of a queue must repeat. */
export const comparedArguments: readonly string[] = Object.keys(argumentRows).filter(
  (name) => name !== 'x-queue-type',
)

/** All integers are one class, whatever their width. */
function classOf(table: FieldTable, name: string): string {
  const type = wireTypeOf(table, name)
  return integerTypes.has(type) ? 'integer' : letterOf(table, name)
}

function typed(table: FieldTable, name: string): string {
  const value = table[name]
  if (value === undefined) return 'none'
  const shown = typeof value === 'string' ? value : erlangTerm(value)
  return `the value '${shown}' of type '${wireTypeOf(table, name)}'`
}

export function inequivalent(name: string, place: string, received: string, current: string): Refusal {
  const text = `inequivalent arg '${name}' for ${place}: received ${received} but current is ${current}`
  return refusal('preconditionFailed', text)
}
