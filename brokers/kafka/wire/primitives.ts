/**
 * Kafka's own ways to write a number (protocol guide, "Protocol Primitive Types"): 64-bit integers, varints, zigzag.
 *
 * A 64-bit integer is a JavaScript number here. Offsets, timestamps and producer ids of a real log stay far below 2^53;
 * 64-bit values beyond 2^53 are taken as the nearest value below it, and are answered like that.
 */
import type { ByteReader, ByteWriter } from '../../bytes.ts'

const TWO_TO_32 = 0x1_0000_0000
const SAFE_HIGH = 0x20_0000

/** Thrown for bytes that no value of the expected type begins with. `at` is the offset in the reader's buffer. */
export class MalformedError extends Error {
  readonly at: number

  constructor(at: number, what: string) {
    super(`${what} at byte ${at}`)
    this.name = 'MalformedError'
    this.at = at
  }
}

export function readInt64(reader: ByteReader): number {
  return int64At(reader.buffer, reader.skip(8))
}

export function int64At(buffer: Buffer, at: number): number {
  const high = buffer.readInt32BE(at)
  if (high >= SAFE_HIGH) return Number.MAX_SAFE_INTEGER
  if (high < -SAFE_HIGH) return Number.MIN_SAFE_INTEGER
  return high * TWO_TO_32 + buffer.readUInt32BE(at + 4)
}

export function writeInt64(writer: ByteWriter, value: number): void {
  const at = writer.reserve(8)
  putInt64(writer.buffer, at, value)
}

export function putInt64(buffer: Buffer, at: number, value: number): void {
  buffer.writeInt32BE(Math.floor(value / TWO_TO_32), at)
  buffer.writeInt32BE(value | 0, at + 4)
}

/** Seven bits a byte, lowest first; a set top bit says that more follow. At most 32 bits in five bytes. */
export function readUnsignedVarint(reader: ByteReader): number {
  const start = reader.position
  let value = 0
  for (let shift = 0; shift <= 28; shift += 7) {
    const byte = reader.uint8()
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) {
      // The fifth byte has room for four bits only.
      if (shift === 28 && byte > 0x0f) break
      return value >>> 0
    }
  }
  throw new MalformedError(start, 'a varint of more than 32 bits')
}

export function writeUnsignedVarint(writer: ByteWriter, value: number): void {
  let rest = value >>> 0
  while (rest > 0x7f) {
    writer.uint8((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  writer.uint8(rest)
}

/** Zigzag puts the sign lowest, so that small negative numbers are short, too. */
export function readVarint(reader: ByteReader): number {
  const zigzag = readUnsignedVarint(reader)
  return (zigzag >>> 1) ^ -(zigzag & 1)
}

export function writeVarint(writer: ByteWriter, value: number): void {
  writeUnsignedVarint(writer, (value << 1) ^ (value >> 31))
}

/** At most 64 bits in ten bytes. Sign and magnitude are kept apart, since twice a number may not be exact. */
export function readVarlong(reader: ByteReader): number {
  const start = reader.position
  let byte = reader.uint8()
  const isNegative = (byte & 1) === 1
  let magnitude = (byte & 0x7f) >> 1
  let unit = 64
  for (let count = 1; byte > 0x7f; count++) {
    if (count === 10) throw new MalformedError(start, 'a varint of more than 64 bits')
    byte = reader.uint8()
    magnitude += (byte & 0x7f) * unit
    unit *= 128
  }
  return clamp(isNegative ? -magnitude - 1 : magnitude)
}

export function writeVarlong(writer: ByteWriter, value: number): void {
  const magnitude = value < 0 ? -value - 1 : value
  let low = (magnitude % 64) * 2 + (value < 0 ? 1 : 0)
  let rest = Math.floor(magnitude / 64)
  while (rest > 0) {
    writer.uint8(low | 0x80)
    low = rest % 0x80
    rest = Math.floor(rest / 0x80)
  }
  writer.uint8(low)
}

function clamp(value: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
}
