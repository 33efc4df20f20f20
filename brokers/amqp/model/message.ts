/** A message as it lies in queues: routed once, shared by all queues that hold it, never changed. */
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { encodeTable, type FieldTable, type FieldValue, withEntries } from '../wire/field-table.ts'
import { type BasicProperties, encodeProperties, readProperties } from '../wire/properties.ts'
import { bytesOf } from '../wire/text.ts'
import type { Death } from './queue/death.ts'

export interface Message {
  /** The exchange it was published to, whichever way it went from there. */
  readonly exchange: string
  readonly routingKey: string
  readonly properties: BasicProperties
  /** Flags and property list as bytes, what a content header carries behind the body size. */
  header: Buffer
  /** Like the header, it may be exchanged for the same bytes elsewhere in memory, and for nothing else. */
  body: Buffer
  /** Where it died before, newest first; empty for what a client published. */
  readonly deaths: readonly Death[]
}

/** Characters that fit into a short string whatever they are. */
const SURELY_SHORT = 85
const SHORT_BYTES_MAX = 255

/** Whether exchange and key fit into a method: a key that is an argument, or came over HTTP, may be longer. */
export function isSendable({ exchange, routingKey }: Message): boolean {
  return isShort(routingKey) && isShort(exchange)
}

function isShort(text: string): boolean {
  return text.length <= SURELY_SHORT || bytesOf(text).length <= SHORT_BYTES_MAX
}

export const PERSISTENT = 2

export function isPersistent(message: Message): boolean {
  return message.properties.deliveryMode === PERSISTENT
}

/** A message from its encoded properties. */
export function messageFrom(parts: {
  exchange: string
  routingKey: string
  header: Buffer
  body: Buffer
  deaths?: readonly Death[]
}): Message {
  const properties = readProperties(new ByteReader(parts.header))
  return { ...parts, properties, deaths: parts.deaths ?? [] }
}

/** The same message with other properties. */
export function withProperties(message: Message, properties: BasicProperties): Message {
  return { ...message, properties, header: encodeProperties(properties) }
}

/** As it is passed on: nobody learns who got it by BCC. */
export function withoutBcc(message: Message): Message {
  if (message.properties.headers?.['BCC'] === undefined) return message
  const { BCC: _, ...entries } = message.properties.headers
  const headers = withEntries(message.properties.headers, entries)
  return withProperties(message, { ...message.properties, headers })
}

const HEADERS_FLAG = 1 << 13

/**
 * Encoded properties with header entries added at the end of the table. Works on the bytes, so that everything a client
 * sent stays as it was sent; `entries` must not be there yet.
 */
export function withHeaders(header: Buffer, entries: Buffer): Buffer {
  const reader = new ByteReader(header)
  const flags = reader.uint16()
  if ((flags & 0x8000) !== 0) reader.skip(reader.uint8())
  if ((flags & 0x4000) !== 0) reader.skip(reader.uint8())
  const tableAt = reader.position
  const hasTable = (flags & HEADERS_FLAG) !== 0
  const size = hasTable ? reader.uint32() : 0
  const entriesAt = reader.position
  const writer = new ByteWriter(header.length + entries.length + 4)
  writer.uint16(flags | HEADERS_FLAG)
  writer.bytes(header.subarray(2, tableAt))
  writer.uint32(size + entries.length)
  writer.bytes(header.subarray(entriesAt, entriesAt + size))
  writer.bytes(entries)
  writer.bytes(header.subarray(entriesAt + size))
  return writer.take()
}

/** Header entries as bytes, to be put behind others. */
export function longEntries(table: FieldTable): Buffer {
  return encodeTable(table).subarray(TABLE_SIZE_BYTES)
}

const TABLE_SIZE_BYTES = 4

/**
 * The keys that CC still adds: none once a queue has given its dead letter a key of its own. What the message died of tells,
 * since an unspent CC is among the keys of its latest death.
 */
export function ccKeysOf({
  properties,
  deaths,
  routingKey,
}: Omit<Message, 'header' | 'body'>): readonly string[] {
  const keys = keysOf(properties.headers, 'CC')
  const [latest] = deaths
  if (keys.length === 0 || latest === undefined) return keys
  const isSpent = latest.routingKeys.length === 1 || latest.routingKeys[0] !== routingKey
  return isSpent ? [] : keys
}

/** The texts of a header that is a list of routing keys (CC, BCC); anything else counts as none. */
export function keysOf(headers: FieldTable | undefined, name: string): readonly string[] {
  const value: FieldValue = headers?.[name]
  return Array.isArray(value) ? value.filter((key): key is string => typeof key === 'string') : []
}
