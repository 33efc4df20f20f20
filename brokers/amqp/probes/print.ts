/**
 * Frames as lines that can be compared between brokers: everything a client can see, with what differs from run to run (made-up
 * names, times, node names) replaced. Header values keep their wire type: `count:l=1`.
 */
import { type FieldTable, type FieldValue, letterFor, letterOf, Timestamp } from '../wire/field-table.ts'
import type { BasicProperties, MethodFrame } from '../wire/wire.ts'

/** A method, and what came behind it if it carries a message. */
export interface Arrival {
  readonly method: MethodFrame
  readonly properties?: BasicProperties
  readonly body?: string
}

const BODY_CHARACTERS_MAX = 60

export function printArrival({ method, properties, body }: Arrival): string {
  const line = printMethod(method)
  if (properties === undefined || body === undefined) return line
  const shown = body.length > BODY_CHARACTERS_MAX ? `${body.length} bytes` : body
  return `${line} body=${shown}${printProperties(properties)}`
}

function printMethod(frame: MethodFrame): string {
  if (frame.method === 'channel.close' || frame.method === 'connection.close') {
    const { replyCode, replyText, classId, methodId } = frame.fields
    return `${frame.method} ${replyCode} ${normalise(replyText)} (${classId}, ${methodId})`
  }
  const fields = Object.entries(frame.fields).map(([name, value]) => `${name}=${printField(value)}`)
  return [frame.method, ...fields].join(' ')
}

function printField(value: unknown): string {
  if (Buffer.isBuffer(value)) return normalise(value.toString())
  if (typeof value === 'object' && value !== null) return printTable(value as FieldTable)
  return normalise(String(value))
}

function printProperties(properties: BasicProperties): string {
  return Object.entries(properties)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${printField(value)}`)
    .join('')
}

/** In the order of the wire. */
export function printTable(table: FieldTable): string {
  const cells = Object.entries(table).map(
    ([name, value]) => `${escaped(name)}:${letterOf(table, name)}=${printValue(value)}`,
  )
  return `{${cells.join(' ')}}`
}

function printValue(value: FieldValue): string {
  if (value instanceof Timestamp) return isAboutNow(value.seconds) ? 'now' : String(value.seconds)
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex')}`
  if (Array.isArray(value)) {
    return `[${value.map((item: FieldValue) => `${letterFor(item)}=${printValue(item)}`).join(' ')}]`
  }
  if (typeof value === 'object' && value !== null) return printTable(value as FieldTable)
  return normalise(String(value))
}

function isAboutNow(seconds: number): boolean {
  return Math.abs(seconds - Date.now() / 1000) < 3600
}

/** What the broker makes up is shown as such. */
export function normalise(text: string): string {
  return escaped(text)
    .replaceAll(/amq\.(gen|ctag)-[\w-]{22}/g, 'amq.$1-…')
    .replaceAll(/amq\.rabbitmq\.reply-to\.[\w+/=.-]+/g, 'amq.rabbitmq.reply-to.…')
    .replaceAll(/mq-\w+@localhost/g, '…@localhost')
}

/** Bytes that are no UTF-8, as `\\xff`. */
function escaped(text: string): string {
  return text.replaceAll(/[\udc80-\udcff]/g, (one) =>
    one.isWellFormed() ? one : `\\x${(one.charCodeAt(0) - 0xdc00).toString(16)}`,
  )
}
