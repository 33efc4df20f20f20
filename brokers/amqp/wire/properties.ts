/**
 * The properties of a message: what a content header frame carries (AMQP 0-9-1 section 4.2.6.1).
 *
 *      0        2        4                12       14
 *     +--------+--------+----------------+--------+-----------------+
 *     | class  | weight | body size      | flags  | property list … |
 *     | 60     | 0      | longlong       | short  |                 |
 *     +--------+--------+----------------+--------+-----------------+
 *
 * Flag bit 15 is the first row below, bit 14 the second, and so on; only properties whose flag is set are in the list.
 */
import { ByteReader, ByteWriter } from '../../bytes.ts'
import {
  type FieldTable,
  readShortString,
  readTable,
  Timestamp,
  writeShortString,
  writeTable,
} from './field-table.ts'

/** One row per property, in wire order. */
export const propertyRows = {
  contentType: 'shortstr',
  contentEncoding: 'shortstr',
  headers: 'table',
  deliveryMode: 'octet',
  priority: 'octet',
  correlationId: 'shortstr',
  replyTo: 'shortstr',
  expiration: 'shortstr',
  messageId: 'shortstr',
  timestamp: 'timestamp',
  type: 'shortstr',
  userId: 'shortstr',
  appId: 'shortstr',
  clusterId: 'shortstr',
} as const

interface PropertyValues {
  shortstr: string
  octet: number
  /** Seconds since 1970. */
  timestamp: number
  table: FieldTable
}

export type PropertyName = keyof typeof propertyRows
export type BasicProperties = {
  readonly [K in PropertyName]?: PropertyValues[(typeof propertyRows)[K]] | undefined
}

const rows = Object.entries(propertyRows).map(([name, type], index) => ({
  name: name as PropertyName,
  type,
  flag: 1 << (15 - index),
}))

/** Set when a second flags word follows; no property of AMQP 0-9-1 needs one. */
const MORE_FLAGS = 1

/** Class id, weight and body size: what stands before the flags in a content header. */
export const CONTENT_HEADER_BYTES = 12

/** Reads flags and property list; the reader stands on the flags. */
export function readProperties(reader: ByteReader): BasicProperties {
  const flags = reader.uint16()
  const properties: Record<string, unknown> = {}
  if (flags === 0) return properties
  for (const row of rows) {
    if ((flags & row.flag) === 0) continue
    if (row.type === 'shortstr') properties[row.name] = readShortString(reader)
    else if (row.type === 'octet') properties[row.name] = reader.uint8()
    else if (row.type === 'timestamp') properties[row.name] = reader.uint64()
    else properties[row.name] = readTable(reader)
  }
  if ((flags & MORE_FLAGS) !== 0) throw new RangeError('AMQP 0-9-1 has no property behind the first 14')
  return properties
}

/** Writes flags and property list. */
export function writeProperties(writer: ByteWriter, properties: BasicProperties): void {
  let flags = 0
  for (const row of rows) if (properties[row.name] !== undefined) flags |= row.flag
  writer.uint16(flags)
  for (const row of rows) {
    const value = properties[row.name]
    if (value === undefined) continue
    if (row.type === 'shortstr') writeShortString(writer, value as string)
    else if (row.type === 'octet') writer.uint8(value as number)
    else if (row.type === 'timestamp') writer.uint64(value as number)
    else writeTable(writer, value as FieldTable)
  }
}

/** Flags and property list alone, as a message keeps them. */
export function encodeProperties(properties: BasicProperties): Buffer {
  const writer = new ByteWriter()
  writeProperties(writer, properties)
  return writer.take()
}

export function decodeProperties(bytes: Buffer): BasicProperties {
  return readProperties(new ByteReader(bytes))
}

/** A time of ours as a header value. */
export function timestampOf(ms: number): Timestamp {
  return new Timestamp(Math.floor(ms / 1000))
}
