/** Between AMQP field tables and the JSON of the API. */
import {
  Decimal,
  decodeTable,
  encodeTable,
  type FieldTable,
  type FieldValue,
  Timestamp,
} from '../wire/field-table.ts'
import { badRequest } from './api-error.ts'

/** A name in a field table is a short string. */
const NAME_BYTES_MAX = 255

export function jsonTable(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, jsonValue(value)]))
}

function jsonValue(value: FieldValue): unknown {
  if (Array.isArray(value)) return value.map(jsonValue)
  if (value instanceof Timestamp) return value.seconds
  if (value instanceof Decimal) return value.unscaled / 10 ** value.scale
  if (Buffer.isBuffer(value)) return value.toString()
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'object' && value !== null) return jsonTable(value as FieldTable)
  return value
}

/** RabbitMQ takes every whole number of a JSON body for a 64-bit one: error texts call its type `long`. */
export function fieldTable(json: Readonly<Record<string, unknown>>): FieldTable {
  refuseLongNames(json)
  return decodeTable(encodeTable(wideTable(json)))
}

/**
 * What no frame can hold (a name in a table or a property above 255 bytes, a priority above 255) is refused with 400; RabbitMQ
 * takes some of it, and answers the rest with 500.
 * @throws ApiError
 */
function refuseLongNames(json: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(json)) {
    if (Buffer.byteLength(name) > NAME_BYTES_MAX) throw badRequest(['name_too_long', name])
    for (const inner of Array.isArray(value) ? value : [value]) {
      if (typeof inner === 'object' && inner !== null) refuseLongNames(inner)
    }
  }
}

function wideTable(json: Readonly<Record<string, unknown>>): FieldTable {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, wide(value)]))
}

function wide(value: unknown): FieldValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(wide)
  if (typeof value === 'object' && value !== null) return wideTable(value as Record<string, unknown>)
  return value as FieldValue
}
