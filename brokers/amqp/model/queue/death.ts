/**
 * Dead lettering (rabbitmq.md 2.6): what x-death says of a message's deaths, and when a cycle ends. One death per queue and
 * reason, newest first; a repeated one counts up and moves to the front, keeping what it says of the first time.
 */
import type { FieldTable, FieldValue } from '../../wire/field-table.ts'
import { Timestamp } from '../../wire/field-table.ts'
import { type BasicProperties, timestampOf } from '../../wire/properties.ts'
import { keysOf, type Message } from '../message.ts'

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit'

export interface Death {
  readonly count: number
  readonly reason: DeathReason
  readonly queue: string
  /** Of the first death for this queue and reason. */
  readonly time: Timestamp
  readonly exchange: string
  readonly routingKeys: readonly string[]
  /** The expiration property that the message had, if it had one. */
  readonly originalExpiration: string | undefined
}

/** The deaths of a message after one more. */
export function addDeath(
  message: Message,
  death: { queue: string; reason: DeathReason; nowMs: number },
): Death[] {
  const { queue, reason } = death
  const isSame = (one: Death) => one.queue === queue && one.reason === reason
  const before = message.deaths.find(isSame)
  const others = message.deaths.filter((one) => !isSame(one))
  if (before !== undefined) return [{ ...before, count: before.count + 1 }, ...others]
  const first: Death = {
    count: 1,
    reason,
    queue,
    time: timestampOf(death.nowMs),
    exchange: message.exchange,
    routingKeys: [message.routingKey, ...keysOf(message.properties.headers, 'CC')],
    originalExpiration: message.properties.expiration,
  }
  return [first, ...others]
}

/**
 * Whether a dead message that would reach `queue` goes in a circle that nobody's reject keeps going: RabbitMQ drops it there.
 */
export function isAutomaticCycle(queue: string, deaths: readonly Death[]): boolean {
  const at = deaths.findIndex((death) => death.queue === queue)
  return at !== -1 && deaths.slice(0, at + 1).every((death) => death.reason !== 'rejected')
}

/** The properties that a dead message is republished with. */
export function deadProperties(
  message: Message,
  deaths: readonly Death[],
  options: { dropsCc: boolean; hasLastDeath: boolean },
): BasicProperties {
  const [latest] = deaths
  const headers: Record<string, FieldValue> = {
    ...message.properties.headers,
    'x-death': deaths.map(deathTable),
  }
  delete headers['BCC']
  if (options.dropsCc) delete headers['CC']
  if (latest !== undefined) {
    if (headers['x-first-death-exchange'] === undefined) nameDeath(headers, 'x-first-death', latest)
    if (options.hasLastDeath) nameDeath(headers, 'x-last-death', { ...latest, exchange: message.exchange })
  }
  // Without its expiration it can't expire again wherever it is routed to; x-death keeps what it was.
  return { ...message.properties, headers, expiration: undefined }
}

function nameDeath(headers: Record<string, FieldValue>, prefix: string, death: Death): void {
  headers[`${prefix}-exchange`] = death.exchange
  headers[`${prefix}-queue`] = death.queue
  headers[`${prefix}-reason`] = death.reason
}

/** In the order of keys that RabbitMQ sends. The count is a bigint so that it is written as 64 bits, as RabbitMQ does. */
function deathTable(death: Death): FieldTable {
  return {
    count: BigInt(death.count),
    reason: death.reason,
    queue: death.queue,
    time: death.time,
    exchange: death.exchange,
    'routing-keys': [...death.routingKeys],
    ...(death.originalExpiration === undefined ? {} : { 'original-expiration': death.originalExpiration }),
  }
}

/** The deaths that a header tells of; entries that are none are left out. */
export function deathsFrom(headers: FieldTable | undefined): Death[] {
  const list = headers?.['x-death']
  if (!Array.isArray(list)) return []
  return list.flatMap((value: FieldValue): Death[] => {
    if (typeof value !== 'object' || value === null) return []
    const table = value as FieldTable
    if (typeof table['queue'] !== 'string' || typeof table['reason'] !== 'string') return []
    const keys: FieldValue = table['routing-keys']
    return [
      {
        count: Number(table['count'] ?? 1),
        reason: table['reason'] as DeathReason,
        queue: table['queue'],
        time: table['time'] instanceof Timestamp ? table['time'] : new Timestamp(0),
        exchange: String(table['exchange'] ?? ''),
        routingKeys: Array.isArray(keys) ? keys.map(String) : [],
        originalExpiration: table['original-expiration'] as string | undefined,
      },
    ]
  })
}
