/** Reads and writes any method by walking its rows in `methods.ts`. The walk is prepared once per method, at load. */
import type { ByteReader, ByteWriter } from '../../bytes.ts'
import {
  type FieldTable,
  readShortString,
  readTable,
  writeLongString,
  writeShortString,
  writeTable,
} from './field-table.ts'
import {
  type FieldRows,
  type FieldType,
  type FieldValues,
  type MethodFields,
  type MethodName,
  methodKey,
  methodNames,
  methods,
} from './methods.ts'

type Fields = Record<string, unknown>

/** One step of the walk: a field, or a run of bits that share octets. */
interface Step {
  read(reader: ByteReader, fields: Fields): void
  write(writer: ByteWriter, fields: Fields): void
}

interface Codec {
  readonly name: MethodName
  readonly key: number
  readonly steps: readonly Step[]
  /** The same, refusing short strings that are no UTF-8. */
  readonly strictSteps: readonly Step[]
}

/** Thrown for class and method ids that no row has. */
export class UnknownMethodError extends Error {
  readonly classId: number
  readonly methodId: number

  constructor(key: number) {
    super(`no method has class ${key >>> 16} and method ${key & 0xffff}`)
    this.name = 'UnknownMethodError'
    this.classId = key >>> 16
    this.methodId = key & 0xffff
  }
}

/** Thrown for a short string that is no UTF-8. */
export class MalformedTextError extends Error {
  constructor() {
    super('Malformed UTF-8 in shortstr')
    this.name = 'MalformedTextError'
  }
}

/** Any method with its fields; narrow it by `method`. */
export type Method = {
  [N in MethodName]: { readonly method: N; readonly fields: MethodFields<N> }
}[MethodName]

/**
 * Reads a method frame's payload: class id, method id, fields.
 * @throws UnknownMethodError, TruncatedError, FieldTypeError
 */
export function readMethod(reader: ByteReader): Method {
  return walk(reader, 'steps')
}

/**
 * The same of what a client sends: RabbitMQ takes any bytes in the names of a publish, and UTF-8 alone everywhere else.
 * @throws MalformedTextError, too
 */
export function readClientMethod(reader: ByteReader): Method {
  return walk(reader, 'strictSteps')
}

function walk(reader: ByteReader, steps: 'steps' | 'strictSteps'): Method {
  const key = reader.uint32()
  const codec = codecsByKey.get(key)
  if (codec === undefined) throw new UnknownMethodError(key)
  const fields: Fields = {}
  for (const step of codec[steps]) step.read(reader, fields)
  return { method: codec.name, fields } as unknown as Method
}

/** Writes a method frame's payload. */
export function writeMethod<N extends MethodName>(
  writer: ByteWriter,
  name: N,
  fields: MethodFields<N>,
): void {
  const codec = codecs.get(name) as Codec
  writer.uint32(codec.key)
  for (const step of codec.steps) step.write(writer, fields)
}

function stepsOf(rows: FieldRows, options: { isStrict: boolean }): Step[] {
  const steps: Step[] = []
  let bits: string[] = []
  const endBits = () => {
    for (let at = 0; at < bits.length; at += 8) steps.push(bitStep(bits.slice(at, at + 8)))
    bits = []
  }
  for (const [name, type] of Object.entries(rows)) {
    if (type === 'bit' || type === 'reserved-bit') {
      bits.push(type === 'bit' ? name : '')
    } else {
      endBits()
      steps.push(fieldStep(name, type, options))
    }
  }
  endBits()
  return steps
}

function bitStep(names: readonly string[]): Step {
  return {
    read(reader, fields) {
      const octet = reader.uint8()
      for (let bit = 0; bit < names.length; bit++) {
        const name = names[bit] as string
        if (name !== '') fields[name] = (octet & (1 << bit)) !== 0
      }
    },
    write(writer, fields) {
      let octet = 0
      for (let bit = 0; bit < names.length; bit++) {
        if (fields[names[bit] as string] === true) octet |= 1 << bit
      }
      writer.uint8(octet)
    },
  }
}

type PlainType = Exclude<keyof FieldValues, 'bit'>

const readers: { readonly [T in PlainType]: (reader: ByteReader) => FieldValues[T] } = {
  octet: (reader) => reader.uint8(),
  short: (reader) => reader.uint16(),
  long: (reader) => reader.uint32(),
  longlong: (reader) => reader.uint64(),
  shortstr: readShortString,
  longstr: (reader) => reader.bytes(reader.uint32()),
  table: readTable,
}

const writers: { readonly [T in PlainType]: (writer: ByteWriter, value: FieldValues[T]) => void } = {
  octet: (writer, value) => writer.uint8(value),
  short: (writer, value) => writer.uint16(value),
  long: (writer, value) => writer.uint32(value),
  longlong: (writer, value) => writer.uint64(value),
  shortstr: writeShortString,
  longstr: writeLongString,
  table: (writer, value: FieldTable) => writeTable(writer, value),
}

/** @throws MalformedTextError */
function readUtf8(reader: ByteReader): string {
  const text = readShortString(reader)
  if (!text.isWellFormed()) throw new MalformedTextError()
  return text
}

function fieldStep(
  name: string,
  type: Exclude<FieldType, 'bit' | 'reserved-bit'>,
  { isStrict }: { isStrict: boolean },
): Step {
  if (type === 'reserved-short')
    return { read: (reader) => void reader.skip(2), write: (writer) => writer.uint16(0) }
  if (type === 'reserved-shortstr') {
    return {
      read: (reader) => void (isStrict ? readUtf8(reader) : readShortString(reader)),
      write: (writer) => writer.uint8(0),
    }
  }
  const read: (reader: ByteReader) => unknown = type === 'shortstr' && isStrict ? readUtf8 : readers[type]
  const write = writers[type] as (writer: ByteWriter, value: unknown) => void
  return {
    read(reader, fields) {
      fields[name] = read(reader)
    },
    write(writer, fields) {
      write(writer, fields[name])
    },
  }
}

// Last in the file, since preparing the walks needs all of the above.
const codecs = new Map<MethodName, Codec>()
const codecsByKey = new Map<number, Codec>()
for (const name of methodNames) {
  const { fields } = methods[name]
  const steps = stepsOf(fields, { isStrict: false })
  const strictSteps = name === 'basic.publish' ? steps : stepsOf(fields, { isStrict: true })
  const codec: Codec = { name, key: methodKey(name), steps, strictSteps }
  codecs.set(name, codec)
  codecsByKey.set(codec.key, codec)
}
