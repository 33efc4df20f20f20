/**
 * Field tables (AMQP 0-9-1 section 4.2.5.5) in the dialect that RabbitMQ and its clients really speak: the type letters
 * of the spec's errata, where `s` is a signed 16-bit integer and short strings do not occur.
 *
 *     table:  size long | entry entry …          entry: name shortstr | type octet | value
 *     array:  size long | (type octet | value) …
 *
 * JavaScript has one number type where AMQP has nine. Integers are written as the smallest signed type that holds them and
 * other numbers as doubles, as amqplib does. A table that was read remembers the letters it came with (`wireTypeOf`): some
 * of RabbitMQ's error texts name them, and a table is written back as it was read.
 */
import { ByteReader, ByteWriter } from '../../bytes.ts'
import { bytesOf, readText, writeText } from './text.ts'

export type FieldValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Buffer
  | Timestamp
  | Decimal
  | FieldArray
  | FieldTable
  | undefined
export interface FieldArray extends ReadonlyArray<FieldValue> {}
export interface FieldTable {
  readonly [name: string]: FieldValue
}

/** `T`: whole seconds since 1970. */
export class Timestamp {
  readonly seconds: number
  constructor(seconds: number) {
    this.seconds = seconds
  }
}

/** `D`: `unscaled` divided by ten to the power of `scale`. */
export class Decimal {
  readonly scale: number
  readonly unscaled: number
  constructor(scale: number, unscaled: number) {
    this.scale = scale
    this.unscaled = unscaled
  }
}

/** Letter and the name that RabbitMQ's error texts give the type. */
export const fieldTypes = {
  t: 'bool',
  b: 'byte',
  B: 'unsignedbyte',
  s: 'short',
  u: 'unsignedshort',
  I: 'signedint',
  i: 'unsignedint',
  l: 'long',
  f: 'float',
  d: 'double',
  D: 'decimal',
  S: 'longstr',
  x: 'binary',
  A: 'array',
  T: 'timestamp',
  F: 'table',
  V: 'void',
} as const
export type FieldLetter = keyof typeof fieldTypes

const lettersOf = new WeakMap<object, Record<string, FieldLetter>>()

/** The type letter that `name` came with, or the one it would be written with. */
export function letterOf(table: FieldTable, name: string): FieldLetter {
  return lettersOf.get(table)?.[name] ?? letterFor(table[name])
}

/** RabbitMQ's name for the type of an argument, such as `longstr` or `signedint`. */
export function wireTypeOf(table: FieldTable, name: string): string {
  return fieldTypes[letterOf(table, name)]
}

/** Whether the names are in order, as RabbitMQ orders them. */
export function isSorted(table: FieldTable): boolean {
  let last = ''
  for (const name in table) {
    if (name < last) return false
    last = name
  }
  return true
}

/** The same entries in order of name, each with the type it came with. */
export function sortedTable(table: FieldTable): FieldTable {
  return withEntries(table, Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1))))
}

/** `entries` as a table in which what stems from `table` keeps the type it came with. */
export function withEntries(table: FieldTable, entries: FieldTable): FieldTable {
  const letters = Object.keys(entries).map((name) => {
    const from = Object.is(entries[name], table[name]) ? table : entries
    return [name, letterOf(from, name)]
  })
  lettersOf.set(entries, Object.fromEntries(letters))
  return entries
}

/** Thrown for a type letter that is none. */
export class FieldTypeError extends Error {
  constructor(letter: number, at: number) {
    super(`no field type has the letter ${letter} at byte ${at}`)
    this.name = 'FieldTypeError'
  }
}

export function readTable(reader: ByteReader): FieldTable {
  const end = endOfSized(reader)
  const table: Record<string, FieldValue> = {}
  let letters: Record<string, FieldLetter> | undefined
  while (reader.position < end) {
    const name = readShortString(reader)
    const octet = reader.uint8()
    // A name such as __proto__ must become a plain property like any other.
    if (name === '__proto__')
      Object.defineProperty(table, name, { value: undefined, enumerable: true, writable: true })
    const value = readValue(reader, octet)
    table[name] = value
    const letter = String.fromCharCode(octet) as FieldLetter
    if (letter === letterFor(value)) continue
    letters ??= {}
    letters[name] = letter
  }
  // Nearly every message has a table and nearly none an unusual letter; a weak reference each is what collecting garbage costs.
  if (letters !== undefined) lettersOf.set(table, letters)
  return table
}

/** Reads the size of a table or array; its entries must end where it says, and inside the reader. */
function endOfSized(reader: ByteReader): number {
  const size = reader.uint32()
  const at = reader.skip(size)
  reader.position = at
  return at + size
}

function readArray(reader: ByteReader): FieldValue[] {
  const end = endOfSized(reader)
  const values: FieldValue[] = []
  while (reader.position < end) values.push(readValue(reader, reader.uint8()))
  return values
}

function readValue(reader: ByteReader, letter: number): FieldValue {
  switch (String.fromCharCode(letter) as FieldLetter) {
    case 't':
      return reader.uint8() !== 0
    case 'b':
      return reader.int8()
    case 'B':
      return reader.uint8()
    case 's':
      return reader.int16()
    case 'u':
      return reader.uint16()
    case 'I':
      return reader.int32()
    case 'i':
      return reader.uint32()
    case 'l':
      return reader.int64()
    case 'f':
      return reader.float()
    case 'd':
      return reader.double()
    case 'D':
      return new Decimal(reader.uint8(), reader.int32())
    case 'S':
      return readText(reader, reader.uint32())
    case 'x':
      return reader.bytes(reader.uint32())
    case 'A':
      return readArray(reader)
    case 'T':
      return new Timestamp(reader.uint64())
    case 'F':
      return readTable(reader)
    case 'V':
      return null
    default:
      throw new FieldTypeError(letter, reader.position - 1)
  }
}

export function writeTable(writer: ByteWriter, table: FieldTable): void {
  const sizeAt = writer.length
  writer.uint32(0)
  const letters = lettersOf.get(table)
  for (const name in table) {
    if (table[name] === undefined) continue
    writeShortString(writer, name)
    writeValue(writer, letters?.[name] ?? letterFor(table[name]), table[name])
  }
  patchSize(writer, sizeAt)
}

/** `sizeAt` counts from the last take, since growing moves the bytes. */
function patchSize(writer: ByteWriter, sizeAt: number): void {
  const size = writer.length - sizeAt - 4
  writer.buffer.writeUInt32BE(size, writer.position - size - 4)
}

function writeArray(writer: ByteWriter, values: FieldArray): void {
  const sizeAt = writer.length
  writer.uint32(0)
  for (const value of values) writeValue(writer, letterFor(value), value)
  patchSize(writer, sizeAt)
}

export function letterFor(value: FieldValue): FieldLetter {
  if (typeof value === 'string') return 'S'
  if (typeof value === 'boolean') return 't'
  if (typeof value === 'bigint') return 'l'
  if (typeof value === 'number') return letterForNumber(value)
  if (value === null || value === undefined) return 'V'
  if (Buffer.isBuffer(value)) return 'x'
  if (Array.isArray(value)) return 'A'
  if (value instanceof Timestamp) return 'T'
  if (value instanceof Decimal) return 'D'
  return 'F'
}

function letterForNumber(value: number): FieldLetter {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return 'd'
  if (value >= -0x80 && value < 0x80) return 'b'
  if (value >= -0x8000 && value < 0x8000) return 's'
  if (value >= -0x8000_0000 && value < 0x8000_0000) return 'I'
  return 'l'
}

function writeValue(writer: ByteWriter, letter: FieldLetter, value: FieldValue): void {
  writer.uint8(letter.charCodeAt(0))
  switch (letter) {
    case 't':
      return writer.uint8(value ? 1 : 0)
    case 'b':
      return writer.int8(value as number)
    case 'B':
      return writer.uint8(value as number)
    case 's':
      return writer.int16(value as number)
    case 'u':
      return writer.uint16(value as number)
    case 'I':
      return writer.int32(value as number)
    case 'i':
      return writer.uint32(value as number)
    case 'l':
      return writer.int64(value as number | bigint)
    case 'f':
      return writer.float(value as number)
    case 'd':
      return writer.double(value as number)
    case 'D':
      return writeDecimal(writer, value as Decimal)
    case 'S':
      return writeLongString(writer, bytesOf(value as string))
    case 'x':
      return writeLongString(writer, value as Buffer)
    case 'A':
      return writeArray(writer, value as FieldArray)
    case 'T':
      return writer.uint64((value as Timestamp).seconds)
    case 'F':
      return writeTable(writer, value as FieldTable)
    case 'V':
      return
    default: {
      const never: never = letter
      throw new Error(`no writer for ${never}`)
    }
  }
}

function writeDecimal(writer: ByteWriter, decimal: Decimal): void {
  writer.uint8(decimal.scale)
  writer.int32(decimal.unscaled)
}

export function readShortString(reader: ByteReader): string {
  return readText(reader, reader.uint8())
}

/** @throws RangeError above 255 bytes. */
export function writeShortString(writer: ByteWriter, text: string): void {
  const at = writer.reserve(1)
  const sizeFromEnd = writer.position - at
  const size = writeText(writer, text)
  if (size > 255) throw new RangeError(`a short string holds 255 bytes, not ${size}`)
  writer.buffer[writer.position - size - sizeFromEnd] = size
}

export function writeLongString(writer: ByteWriter, bytes: Uint8Array): void {
  writer.uint32(bytes.length)
  writer.bytes(bytes)
}

/** A table alone, for what is kept on disk. */
export function encodeTable(table: FieldTable): Buffer {
  const writer = new ByteWriter()
  writeTable(writer, table)
  return writer.take()
}

export function decodeTable(bytes: Buffer): FieldTable {
  return readTable(new ByteReader(bytes))
}
