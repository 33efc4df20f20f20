/**
 * Reads and writes any message by walking its rows: one walk for both directions, classic and flexible (KIP-482) alike. The
 * walk of a version is prepared when that version is first met.
 */
import { type ByteReader, ByteWriter, TruncatedError } from '../../bytes.ts'
import {
  MalformedError,
  readInt64,
  readUnsignedVarint,
  writeInt64,
  writeUnsignedVarint,
} from './primitives.ts'
import { includes, type Message, type Read, type Row, type Rows, type Write } from './schema.ts'

type Fields = Record<string, unknown>

/** Thrown for a message that can't be read. `path` is where: `/topics/0/partitions/1/records`. */
export class MessageError extends Error {
  readonly path: string

  constructor(path: string, cause: Error) {
    super(`${path === '' ? '/' : path}: ${cause.message}`, { cause })
    this.name = 'MessageError'
    this.path = path
  }
}

/** How one type is read and written in one version. */
interface Codec {
  read(reader: ByteReader): unknown
  write(writer: ByteWriter, value: unknown): void
}

/** @throws MessageError */
export function readRequest<Q extends Rows>(m: Message<Q>, version: number, reader: ByteReader): Read<Q> {
  return read(m, 'request', version, reader) as Read<Q>
}

/** @throws MessageError */
export function readResponse<A extends Rows>(
  m: Message<Rows, A>,
  version: number,
  reader: ByteReader,
): Read<A> {
  return read(m, 'response', version, reader) as Read<A>
}

export function writeRequest<Q extends Rows>(
  m: Message<Q>,
  version: number,
  writer: ByteWriter,
  fields: Write<Q>,
): void {
  codecOf(m, 'request', version).write(writer, fields)
}

export function writeResponse<A extends Rows>(
  m: Message<Rows, A>,
  version: number,
  writer: ByteWriter,
  fields: Write<A>,
): void {
  codecOf(m, 'response', version).write(writer, fields)
}

export function isFlexible(m: Pick<Message, 'flexibleSince'>, version: number): boolean {
  return m.flexibleSince !== undefined && version >= m.flexibleSince
}

/** Tagged fields that nobody here knows are passed over, as the protocol demands. */
export function skipTags(reader: ByteReader): void {
  for (let count = readUnsignedVarint(reader); count > 0; count--) {
    readUnsignedVarint(reader)
    reader.skip(readUnsignedVarint(reader))
  }
}

type Direction = 'request' | 'response'

function read(m: Message, direction: Direction, version: number, reader: ByteReader): unknown {
  try {
    return codecOf(m, direction, version).read(reader)
  } catch (error) {
    throw error instanceof Located ? new MessageError(error.path, error.cause) : error
  }
}

const prepared = new WeakMap<Rows, (Codec | undefined)[]>()

function codecOf(m: Message, direction: Direction, version: number): Codec {
  const rows = m[direction]
  let versions = prepared.get(rows)
  if (versions === undefined) {
    versions = []
    prepared.set(rows, versions)
  }
  versions[version] ??= structCodec(rows, version, isFlexible(m, version))
  return versions[version]
}

/** On its way up a mistake gathers the names of where it happened. */
class Located {
  readonly path: string
  readonly cause: Error

  constructor(path: string, cause: Error) {
    this.path = path
    this.cause = cause
  }
}

function located(step: string | number, error: unknown): unknown {
  if (error instanceof Located) return new Located(`/${step}${error.path}`, error.cause)
  if (error instanceof TruncatedError || error instanceof MalformedError)
    return new Located(`/${step}`, error)
  return error
}

interface Step extends Codec {
  readonly name: string
  readonly fallback: unknown
}

function structCodec(rows: Rows, version: number, flexible: boolean): Codec {
  const steps: Step[] = []
  const tags: (Step & { tag: number })[] = []
  const absent: Fields = {}
  for (const [name, row] of Object.entries(rows)) {
    // Every field is there from the start, so that all objects of a kind have one shape.
    absent[name] = row.fallback
    if (!includes(row.versions, version)) continue
    const step: Step = { name, fallback: row.fallback, ...rowCodec(row, version, flexible) }
    if (row.tag === undefined) steps.push(step)
    else tags.push({ ...step, tag: row.tag })
  }
  return {
    read(reader) {
      const fields: Fields = { ...absent }
      let name = ''
      try {
        for (const step of steps) {
          name = step.name
          fields[name] = step.read(reader)
        }
        name = 'tags'
        if (flexible) readTags(reader, tags, fields)
      } catch (error) {
        throw located(name, error)
      }
      return fields
    },
    write(writer, value) {
      const fields = value as Fields
      for (const step of steps) {
        const field = fields[step.name]
        step.write(writer, field === undefined ? step.fallback : field)
      }
      if (flexible) writeTags(writer, tags, fields)
    },
  }
}

function readTags(reader: ByteReader, tags: readonly (Step & { tag: number })[], fields: Fields): void {
  for (let count = readUnsignedVarint(reader); count > 0; count--) {
    const tag = readUnsignedVarint(reader)
    const size = readUnsignedVarint(reader)
    const start = reader.skip(size)
    const step = tags.find((one) => one.tag === tag)
    if (step === undefined) continue
    reader.position = start
    fields[step.name] = step.read(reader)
    reader.position = start + size
  }
}

function writeTags(writer: ByteWriter, tags: readonly (Step & { tag: number })[], fields: Fields): void {
  const present = tags.filter(({ name, fallback }) => fields[name] !== undefined && fields[name] !== fallback)
  writeUnsignedVarint(writer, present.length)
  for (const { tag, name, write } of present) {
    const body = bodyOf((to) => write(to, fields[name]))
    writeUnsignedVarint(writer, tag)
    writeUnsignedVarint(writer, body.length)
    writer.bytes(body)
  }
}

/** A tag's size stands before it, so it is written aside first. */
function bodyOf(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter()
  write(writer)
  return writer.take()
}

function rowCodec(row: Row, version: number, flexible: boolean): Codec {
  switch (row.kind) {
    case 'string':
      return sized(flexible ? compactLength : shortLength, row, stringBody)
    case 'bytes':
    case 'records':
      return sized(flexible ? compactLength : longLength, row, row.kind === 'bytes' ? bytesBody : recordsBody)
    case 'array':
      return arrayCodec(row, version, flexible)
    default:
      return fixed[row.kind]
  }
}

const fixed: { readonly [K in 'boolean' | 'int8' | 'int16' | 'int32' | 'int64' | 'uuid']: Codec } = {
  boolean: {
    read: (reader) => reader.uint8() !== 0,
    write: (writer, value) => writer.uint8(value === true ? 1 : 0),
  },
  int8: { read: (reader) => reader.int8(), write: (writer, value) => writer.int8(value as number) },
  int16: { read: (reader) => reader.int16(), write: (writer, value) => writer.int16(value as number) },
  int32: { read: (reader) => reader.int32(), write: (writer, value) => writer.int32(value as number) },
  int64: { read: readInt64, write: (writer, value) => writeInt64(writer, value as number) },
  uuid: {
    read: (reader) =>
      reader
        .bytes(16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    write: (writer, value) => writer.bytes(Buffer.from((value as string).replaceAll('-', ''), 'hex')),
  },
}

/** A length in front; -1 means null. Compact lengths are stored plus one, so that 0 means null. */
interface Length {
  read(reader: ByteReader): number
  write(writer: ByteWriter, length: number): void
}

const shortLength: Length = {
  read: (reader) => reader.int16(),
  write: (writer, length) => writer.int16(length),
}
const longLength: Length = {
  read: (reader) => reader.int32(),
  write: (writer, length) => writer.int32(length),
}
const compactLength: Length = {
  read: (reader) => readUnsignedVarint(reader) - 1,
  write: (writer, length) => writeUnsignedVarint(writer, length + 1),
}

interface Body {
  read(reader: ByteReader, length: number): unknown
  length(value: unknown): number
  write(writer: ByteWriter, value: unknown, length: number): void
}

const stringBody: Body = {
  read: (reader, length) => reader.utf8(length),
  length: (value) => Buffer.byteLength(value as string),
  write: (writer, value) => void writer.utf8(value as string),
}
const bytesBody: Body = {
  read: (reader, length) => reader.bytes(length),
  length: (value) => (value as Buffer).length,
  write: (writer, value) => writer.bytes(value as Buffer),
}
const recordsBody: Body = {
  read: bytesBody.read,
  length: (value) => piecesOf(value).reduce((sum, piece) => sum + piece.length, 0),
  write(writer, value) {
    for (const piece of piecesOf(value)) writer.link(piece)
  },
}

function piecesOf(value: unknown): readonly Buffer[] {
  return Buffer.isBuffer(value) ? [value] : (value as readonly Buffer[])
}

function sized(length: Length, row: Row, body: Body): Codec {
  return {
    read(reader) {
      const at = reader.position
      const size = length.read(reader)
      if (size >= 0) return body.read(reader, size)
      return nullAt(at, size, row)
    },
    write(writer, value) {
      if (value === null) return length.write(writer, -1)
      const size = body.length(value)
      length.write(writer, size)
      body.write(writer, value, size)
    },
  }
}

/** kafkajs and librdkafka write null for some empty arrays and bytes, so only a wrong length is refused. */
function nullAt(at: number, size: number, row: Row): unknown {
  if (size < -1) throw new MalformedError(at, `a length of ${size}`)
  return row.isNullable ? null : row.fallback
}

function arrayCodec(row: Row, version: number, flexible: boolean): Codec {
  const length = flexible ? compactLength : longLength
  const element = isRow(row.element)
    ? rowCodec(row.element, version, flexible)
    : structCodec(row.element as Rows, version, flexible)
  return {
    read(reader) {
      const at = reader.position
      const size = length.read(reader)
      if (size < 0) return nullAt(at, size, row)
      // Every element takes a byte at least: a made-up size must not make us reserve memory.
      if (size > reader.left) throw new TruncatedError(reader.position, size, reader.left)
      const elements: unknown[] = []
      for (let index = 0; index < size; index++) {
        try {
          elements.push(element.read(reader))
        } catch (error) {
          throw located(index, error)
        }
      }
      return elements
    },
    write(writer, value) {
      if (value === null) return length.write(writer, -1)
      const elements = value as readonly unknown[]
      length.write(writer, elements.length)
      for (const one of elements) element.write(writer, one)
    },
  }
}

function isRow(element: Rows | Row | undefined): element is Row {
  return typeof element?.['kind'] === 'string'
}
