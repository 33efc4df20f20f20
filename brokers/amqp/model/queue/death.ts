/**
 * Dead lettering (rabbitmq.md 2.6): what x-death says of a message's deaths, and when a cycle ends. One death per queue and
 * reason, newest first; a repeated one counts up and moves to the front, keeping what it says of the first time.
 */
import type { Profile } from '../../profile.ts'
import {
  type FieldTable,
  type FieldValue,
  isSorted,
  sortedTable,
  Timestamp,
  withEntries,
} from '../../wire/field-table.ts'
import { type BasicProperties, timestampOf } from '../../wire/properties.ts'
import { ccKeysOf, type Message } from '../message.ts'

export type DeathReason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit'

export interface Death {
  readonly count: number
  readonly reason: DeathReason
  readonly queue: string
  /** Of the first death for this queue and reason. */
  readonly time: Timestamp | undefined
  readonly exchange: string
  readonly routingKeys: readonly string[]
  /** The expiration property that the message had, if it had one. */
  readonly originalExpiration: string | undefined
  /** Whether RabbitMQ 3.10 has put its keys in order: it does so from the second death of a message on. */
  readonly isSorted: boolean
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
  if (before !== undefined) return [{ ...before, count: before.count + 1, isSorted: true }, ...others]
  const first: Death = {
    count: 1,
    reason,
    queue,
    time: timestampOf(death.nowMs),
    exchange: message.exchange,
    routingKeys: [message.routingKey, ...ccKeysOf(message)],
    originalExpiration: message.properties.expiration,
    isSorted: message.deaths.length > 0,
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
  options: { hasOwnKey: boolean; profile: Profile },
): BasicProperties {
  const [latest] = deaths
  const { hasOwnKey, profile } = options
  const before = message.properties.headers ?? {}
  const headers: Record<string, FieldValue> = {
    ...before,
    'x-death': deaths.map((death) => deathTable(death, profile)),
  }
  delete headers['BCC']
  if (hasOwnKey && !profile.deadLettersKeepCc) delete headers['CC']
  if (latest !== undefined) {
    if (message.deaths.length === 0) nameDeath(headers, 'x-first-death', latest)
    if (profile.lastDeathHeaders)
      nameDeath(headers, 'x-last-death', { ...latest, exchange: message.exchange })
  }
  // Without its expiration it can't expire again wherever it is routed to; x-death keeps what it was.
  return {
    ...message.properties,
    headers: sortedTable(withEntries(before, headers)),
    expiration: undefined,
  }
}

function nameDeath(headers: Record<string, FieldValue>, prefix: string, death: Death): void {
  headers[`${prefix}-exchange`] = death.exchange
  headers[`${prefix}-queue`] = death.queue
  headers[`${prefix}-reason`] = death.reason
}

/** In the order of keys that RabbitMQ sends. The count is a bigint so that it is written as 64 bits, as RabbitMQ does. */
function deathTable(death: Death, profile: Profile): FieldTable {
  const expiration =
    death.originalExpiration === undefined ? {} : { 'original-expiration': death.originalExpiration }
  const table = {
    ...(profile.deathsPutExpirationFirst ? expiration : {}),
    count: BigInt(death.count),
    reason: death.reason,
    queue: death.queue,
    ...(death.time === undefined ? {} : { time: death.time }),
    exchange: death.exchange,
    'routing-keys': [...death.routingKeys],
    ...expiration,
  }
  return death.isSorted && profile.sortsRepeatedDeaths ? sortedTable(table) : table
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
        time: table['time'] instanceof Timestamp ? table['time'] : undefined,
        exchange: String(table['exchange'] ?? ''),
        routingKeys: Array.isArray(keys) ? keys.map(String) : [],
        originalExpiration: table['original-expiration'] as string | undefined,
        isSorted: isSorted(table),
      },
    ]
  })
}
