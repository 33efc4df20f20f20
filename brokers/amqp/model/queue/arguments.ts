/**
 * The arguments of queue.declare (rabbitmq.md 2.5): one row per argument with its check, the queue types that refuse it and
 * whether a redeclaration must repeat it. An argument that no row has is accepted and means nothing, as in RabbitMQ.
 */
import type { Profile } from '../../profile.ts'
import { describe, erlangTerm, type Refusal, refusal } from '../../refusal.ts'
import { type FieldTable, type FieldValue, letterOf, wireTypeOf } from '../../wire/field-table.ts'
import type { PolicyDefinition } from '../policy.ts'

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
/** Ten years: what is above is refused. */
export const EXPIRY_MS_MAX = 315_360_000_000

/** RabbitMQ's default (consumer_timeout). */
export const CONSUMER_TIMEOUT_MS = 1_800_000

const integer: Check = (_value, type) =>
  integerTypes.has(type) ? undefined : `"expected integer, got ${type}"`
const acceptable =
  (wanted: string): Check =>
  (_value, type) =>
    type === wanted ? undefined : `{unacceptable_type,${type}}`
const text = acceptable('longstr')
const anything: Check = () => undefined

const notNegative: Check = (value, type) =>
  integer(value, type) ?? (Number(value) < 0 ? `{value_negative,${String(value)}}` : undefined)

const positive: Check = (value, type) =>
  notNegative(value, type) ?? (Number(value) === 0 ? '{value_zero,0}' : undefined)

const milliseconds: Check = (value, type) =>
  notNegative(value, type) ??
  (Number(value) > EXPIRY_MS_MAX ? `{value_too_large,${String(value)}}` : undefined)

const positiveMilliseconds: Check = (value, type) => milliseconds(value, type) ?? positive(value, type)

const priority: Check = (value, type) =>
  notNegative(value, type) ?? (Number(value) > 255 ? `{max_value_exceeded,${String(value)}}` : undefined)

/** A text that is one of these; `wrong` is what RabbitMQ says of another. */
const oneOf =
  (values: readonly string[], wrong: (value: string) => string): Check =>
  (value, type) =>
    text(value, type) ?? (values.includes(String(value)) ? undefined : wrong(String(value)))

const overflow = oneOf(['drop-head', 'reject-publish', 'reject-publish-dlx'], () => 'invalid_overflow')
const strategy = oneOf(['at-most-once', 'at-least-once'], () => 'invalid_dlx_strategy')
const locator = oneOf(
  ['client-local', 'random', 'least-leaders', 'balanced'],
  () => 'invalid_queue_locator_arg',
)
const mode = oneOf(['default', 'lazy'], (value) => `"unsupported queue mode '${value}'"`)
const queueType = oneOf(['classic', 'quorum', 'stream'], (value) => `"unsupported queue type '${value}'"`)
const storageVersion: Check = (value, type) =>
  integer(value, type) ??
  ([1, 2].includes(Number(value)) ? undefined : `"unsupported queue version '${String(value)}'"`)

const retryTypes = ['disabled', 'all', 'failed', 'returned'] as const
export type RetryType = (typeof retryTypes)[number]

interface ArgumentRow {
  readonly check: Check
  /** Queue types that refuse it, whatever its value. */
  readonly refusedBy?: readonly QueueType[]
  /** Whether a redeclaration must repeat it. */
  readonly isCompared?: false
  /** The row of profile.ts that says where it is known at all; elsewhere it is an argument like any other. */
  readonly knownBy?: 'delaysRetries'
  /** What the argument does here; `unsupported` ones are answered with 540. */
  readonly support: 'full' | 'no-effect' | 'unsupported'
  readonly about: string
}

/** In the order in which RabbitMQ checks them, so that the first of two mistakes is the one it names. */
export const argumentRows = {
  'x-expires': {
    check: positiveMilliseconds,
    support: 'full',
    about: 'the queue goes after so many idle ms',
  },
  'x-message-ttl': { check: milliseconds, support: 'full', about: 'time-to-live of each message in ms' },
  'x-dead-letter-exchange': { check: anything, support: 'full', about: 'where dead messages go' },
  'x-dead-letter-routing-key': { check: text, support: 'full', about: 'key of dead messages' },
  'x-dead-letter-strategy': {
    check: strategy,
    refusedBy: ['classic'],
    support: 'unsupported',
    about: 'at-least-once dead lettering of quorum queues; at-most-once, the default, is accepted',
  },
  'x-max-length': { check: notNegative, support: 'full', about: 'most ready messages' },
  'x-max-length-bytes': { check: notNegative, support: 'full', about: 'most bytes of ready messages' },
  'x-max-priority': {
    check: priority,
    refusedBy: ['quorum'],
    support: 'full',
    about: 'priorities 0 to this',
  },
  'x-overflow': { check: overflow, support: 'full', about: 'drop-head, reject-publish, reject-publish-dlx' },
  'x-queue-mode': {
    check: mode,
    refusedBy: ['quorum'],
    support: 'no-effect',
    about: 'default or lazy: where messages are kept',
  },
  'x-queue-version': {
    check: storageVersion,
    refusedBy: ['quorum'],
    support: 'no-effect',
    about: 'storage version',
  },
  'x-single-active-consumer': {
    check: acceptable('bool'),
    support: 'full',
    about: 'one consumer at a time',
  },
  'x-queue-type': {
    check: queueType,
    isCompared: false,
    support: 'full',
    about: 'classic or quorum; stream is answered with 540',
  },
  'x-quorum-initial-group-size': {
    check: positive,
    refusedBy: ['classic'],
    support: 'no-effect',
    about: 'replicas; there is one',
  },
  'x-queue-leader-locator': { check: locator, support: 'no-effect', about: 'placement in a cluster' },
  'x-delivery-limit': {
    check: anything,
    refusedBy: ['classic'],
    support: 'full',
    about: 'returns until dropped; -1: no limit',
  },
  'x-delayed-retry-type': {
    check: oneOf(retryTypes, (value) => `"unsupported delayed retry type '${value}'"`),
    refusedBy: ['classic'],
    isCompared: false,
    knownBy: 'delaysRetries',
    support: 'full',
    about: 'which returns are held back: all, failed, returned or none (disabled); profile 4.3',
  },
  'x-delayed-retry-min': {
    check: notNegative,
    refusedBy: ['classic'],
    isCompared: false,
    knownBy: 'delaysRetries',
    support: 'full',
    about: 'ms for each return that counted; profile 4.3',
  },
  'x-delayed-retry-max': {
    check: notNegative,
    refusedBy: ['classic'],
    isCompared: false,
    knownBy: 'delaysRetries',
    support: 'full',
    about: 'most ms; profile 4.3',
  },
  'x-consumer-timeout': {
    check: anything,
    isCompared: false,
    support: 'full',
    about: 'ms within which a delivery must be settled',
  },
  // x-queue-master-locator is not looked at; RabbitMQ 3.10 fails with 541 over a value that it does not know.
  'x-queue-master-locator': {
    check: anything,
    refusedBy: ['quorum'],
    isCompared: false,
    support: 'no-effect',
    about: 'placement in a cluster',
  },
} as const satisfies Readonly<Record<string, ArgumentRow>>

type ArgumentName = keyof typeof argumentRows
const argumentNames = Object.keys(argumentRows) as readonly ArgumentName[]
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
  /** How long a message is held back that came back to a quorum queue, where the profile knows of that. */
  readonly retries: { readonly type: RetryType; readonly minMs: number; readonly maxMs: number }
}

/** @throws Refusal for the first argument that RabbitMQ would refuse, or that is not supported here. */
export function checkArguments(
  args: FieldTable,
  of: { name: string; vhost: string },
  profile: Profile,
): void {
  const place = describe('queue', of.name, of.vhost)
  const wrongType = args['x-queue-type'] === undefined ? undefined : check(args, 'x-queue-type')
  if (wrongType !== undefined) throw invalidArgument('x-queue-type', place, wrongType)
  const type = args['x-queue-type'] ?? 'classic'
  if (type === 'stream') {
    throw refusal(
      'notImplemented',
      `queue type 'stream' (argument 'x-queue-type' for ${place}) is not implemented`,
    )
  }
  for (const name of Object.keys(args)) {
    if (!isRefusedBy(type as QueueType, name, profile)) continue
    const text = `invalid arg '${name}' for ${place} of queue type rabbit_${String(type)}_queue`
    throw refusal('preconditionFailed', text)
  }
  for (const name of argumentNames) {
    if (args[name] !== undefined && isKnown(name, profile)) checkArgument(args, name, place)
  }
  if (profile.refusesOldStorage && Number(args['x-queue-version']) === 1)
    throw invalidArgument('x-queue-version', place, `"unsupported queue version '1'"`)
}

/**
 * What arguments mean that have been checked, together with a policy: of two limits the smaller one counts, of anything else
 * the argument.
 */
export function queueSettings(args: FieldTable, policy: PolicyDefinition = {}): QueueSettings {
  const limit = (name: ArgumentName) => Math.min(numberOr(args[name]), numberOr(policy[name.slice(2)]))
  const string = (name: ArgumentName) => (args[name] ?? policy[name.slice(2)]) as string | undefined
  return {
    type: (args['x-queue-type'] ?? 'classic') as QueueType,
    messageTtlMs: limit('x-message-ttl'),
    expiresMs: limit('x-expires'),
    deadLetterExchange: string('x-dead-letter-exchange'),
    deadLetterRoutingKey: string('x-dead-letter-routing-key'),
    lengthMax: limit('x-max-length'),
    bytesMax: limit('x-max-length-bytes'),
    overflow: (string('x-overflow') ?? 'drop-head') as QueueSettings['overflow'],
    priorityMax: numberOr(args['x-max-priority'], 0),
    isSingleActive: args['x-single-active-consumer'] === true,
    consumerTimeoutMs: timeoutFrom(args),
    retries: retriesFrom(args),
    deliveryLimit: deliveryLimitFrom(args['x-delivery-limit'], policy['delivery-limit']),
  }
}

function numberOr(value: unknown, fallback = Number.POSITIVE_INFINITY): number {
  const number = Number(value ?? fallback)
  return Number.isNaN(number) ? fallback : number
}

/** These two are not checked by RabbitMQ, and what is no number has no effect. */
function timeoutFrom(args: FieldTable): number {
  const value = args['x-consumer-timeout']
  return typeof value === 'number' && value > 0 ? value : CONSUMER_TIMEOUT_MS
}

function retriesFrom(args: FieldTable): QueueSettings['retries'] {
  const minMs = numberOr(args['x-delayed-retry-min'], 0)
  return {
    type: (args['x-delayed-retry-type'] ?? 'disabled') as RetryType,
    minMs,
    maxMs: numberOr(args['x-delayed-retry-max'], minMs),
  }
}

function deliveryLimitFrom(argument: unknown, ofPolicy: unknown): number | undefined {
  const limits = [argument, ofPolicy].filter((value): value is number => typeof value === 'number')
  if (limits.length === 0) return undefined
  // A negative one is no limit.
  return limits.some((limit) => limit < 0) ? Math.max(...limits) : Math.min(...limits)
}

function isRefusedBy(type: QueueType, name: string, profile: Profile): boolean {
  if (name === 'x-queue-leader-locator') return type === 'classic' && !profile.classicTakesLeaderLocator
  return isKnown(name, profile) && rowOf(name)?.refusedBy?.includes(type) === true
}

function isKnown(name: string, profile: Profile): boolean {
  const knownBy = rowOf(name)?.knownBy
  return knownBy === undefined || profile[knownBy]
}

function check(args: FieldTable, name: ArgumentName): string | undefined {
  return argumentRows[name].check(args[name], wireTypeOf(args, name))
}

function checkArgument(args: FieldTable, name: ArgumentName, place: string): void {
  if (name === 'x-dead-letter-exchange' && typeof args[name] !== 'string') {
    const text = `invalid type '${wireTypeOf(args, name)}' for arg '${name}' in ${place}`
    throw refusal('preconditionFailed', text)
  }
  const wrong = check(args, name)
  if (wrong !== undefined) throw invalidArgument(name, place, wrong)
  if (name === 'x-dead-letter-routing-key' && args['x-dead-letter-exchange'] === undefined) {
    throw invalidArgument(name, place, 'routing_key_but_no_dlx_defined')
  }
  const isDefault = name === 'x-dead-letter-strategy' && args[name] === 'at-most-once'
  if (argumentRows[name].support === 'unsupported' && !isDefault) {
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
export const comparedArguments: readonly string[] = argumentNames.filter(
  (name) => rowOf(name)?.isCompared !== false,
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
