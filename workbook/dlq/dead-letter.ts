/** A message in a dead letter queue, and the story of its death as its headers tell it: the consumer's own, or else the broker's. */
import type { GetMessage } from 'amqplib'

export interface DeadLetter {
  /** The message id; undefined where the producer gave none. */
  readonly id: string | undefined
  readonly reason: string | undefined
  readonly attempts: number | undefined
  /** How often it was sent back from here already. */
  readonly redrives: number
  /** Milliseconds since the Unix epoch. */
  readonly diedAt: number | undefined
  /** Where it was published first; undefined when nothing tells. */
  readonly origin: { readonly exchange: string; readonly routingKey: string } | undefined
  readonly bytes: number
  readonly contentType: string | undefined
  /** How often it came back to this queue, by the count of a quorum queue. */
  readonly returns: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: Buffer
}

/** Headers that a consumer writes when it gives a message up; `x-redrives` is ours. */
const own = {
  reason: 'x-reason',
  attempts: 'x-attempts',
  exchange: 'x-origin-exchange',
  routingKey: 'x-origin-routing-key',
  diedAt: 'x-died-at',
  redrives: 'x-redrives',
} as const

/** Headers that tell of the death and its counts: none of them goes back to work with the message. */
const ofTheDeath = new Set<string>([
  ...Object.values(own),
  'x-death',
  'x-first-death-exchange',
  'x-first-death-queue',
  'x-first-death-reason',
  'x-last-death-exchange',
  'x-last-death-queue',
  'x-last-death-reason',
  'x-delivery-count',
  'x-acquired-count',
])

export function readDeadLetter({ content, fields, properties }: GetMessage): DeadLetter {
  const headers: Record<string, unknown> = properties.headers ?? {}
  const death = latestDeath(headers)
  return {
    id: text(properties.messageId),
    reason: text(headers[own.reason]) ?? text(death?.['reason']),
    attempts: count(headers[own.attempts]),
    redrives: count(headers[own.redrives]) ?? 0,
    diedAt: count(headers[own.diedAt]) ?? secondsOf(death?.['time']),
    origin: originOf(headers, death, fields),
    bytes: content.length,
    contentType: text(properties.contentType),
    returns: count(headers['x-delivery-count']) ?? 0,
    headers,
    body: content,
  }
}

/** The headers with which it goes back to work: everybody else's, and how often it has been sent back. */
export function headersForWork({ headers, redrives }: DeadLetter): Record<string, unknown> {
  const others = Object.entries(headers).filter(([name]) => !ofTheDeath.has(name))
  return { ...Object.fromEntries(others), [own.redrives]: redrives + 1 }
}

function latestDeath(headers: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const deaths = headers['x-death']
  const latest: unknown = Array.isArray(deaths) ? deaths[0] : undefined
  return typeof latest === 'object' && latest !== null ? (latest as Record<string, unknown>) : undefined
}

function originOf(
  headers: Readonly<Record<string, unknown>>,
  death: Record<string, unknown> | undefined,
  fields: GetMessage['fields'],
): DeadLetter['origin'] {
  const keys = death?.['routing-keys']
  const exchange = text(headers[own.exchange]) ?? text(death?.['exchange'])
  const routingKey = text(headers[own.routingKey]) ?? text(Array.isArray(keys) ? keys[0] : undefined)
  if (exchange !== undefined && routingKey !== undefined) return { exchange, routingKey }
  // Somebody published it straight to this queue, or to an exchange of the dead: that is no place to go back to.
  return exchange === undefined ? undefined : { exchange, routingKey: fields.routingKey }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function count(value: unknown): number | undefined {
  const number = typeof value === 'bigint' || typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A timestamp in a table of headers, as amqplib gives it. */
function secondsOf(value: unknown): number | undefined {
  const seconds =
    typeof value === 'object' && value !== null && 'value' in value ? count(value.value) : undefined
  return seconds === undefined ? undefined : seconds * 1000
}
