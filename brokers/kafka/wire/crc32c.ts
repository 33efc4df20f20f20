/** CRC-32C (Castagnoli), the checksum of record batches: sixteen bytes a step with sixteen tables. */

const POLYNOMIAL = 0x82f6_3b78
const STEP_BYTES = 16

/** `tables[n][byte]` is what a byte does to the checksum that n more bytes follow. */
const tables: Int32Array[] = []
for (let step = 0; step < STEP_BYTES; step++) {
  tables.push(Int32Array.from({ length: 256 }, (_, byte) => (step === 0 ? remainderOf(byte) : next(byte))))
}
const [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13, t14, t15] = tables as Tuple16<Int32Array>

type Tuple16<T> = [T, T, T, T, T, T, T, T, T, T, T, T, T, T, T, T]

function remainderOf(byte: number): number {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  return crc
}

function next(byte: number): number {
  const before = (tables.at(-1) as Int32Array)[byte] as number
  return (before >>> 8) ^ ((tables[0] as Int32Array)[before & 0xff] as number)
}

/** The tables are made for words whose lowest byte comes first. */
const isLittleEndian = new Uint8Array(Int32Array.of(1).buffer)[0] === 1

/** Of the bytes from `start` up to, not including, `end`, as an unsigned number. */
export function crc32c(buffer: Uint8Array, start = 0, end = buffer.length): number {
  // Words can be read at once where they are aligned; what lies around them is taken byte by byte.
  const first = Math.min(end, start + (-(buffer.byteOffset + start) & 3))
  let crc = ofBytes(-1, buffer, start, first)
  const steps = isLittleEndian ? Math.floor((end - first) / STEP_BYTES) : 0
  const words = new Int32Array(buffer.buffer, steps === 0 ? 0 : buffer.byteOffset + first, steps * 4)
  for (let at = 0; at < words.length; at += 4) {
    const a = crc ^ (words[at] as number)
    const b = words[at + 1] as number
    const c = words[at + 2] as number
    const d = words[at + 3] as number
    crc =
      (t15[a & 0xff] as number) ^
      (t14[(a >>> 8) & 0xff] as number) ^
      (t13[(a >>> 16) & 0xff] as number) ^
      (t12[a >>> 24] as number) ^
      (t11[b & 0xff] as number) ^
      (t10[(b >>> 8) & 0xff] as number) ^
      (t9[(b >>> 16) & 0xff] as number) ^
      (t8[b >>> 24] as number) ^
      (t7[c & 0xff] as number) ^
      (t6[(c >>> 8) & 0xff] as number) ^
      (t5[(c >>> 16) & 0xff] as number) ^
      (t4[c >>> 24] as number) ^
      (t3[d & 0xff] as number) ^
      (t2[(d >>> 8) & 0xff] as number) ^
      (t1[(d >>> 16) & 0xff] as number) ^
      (t0[d >>> 24] as number)
  }
  crc = ofBytes(crc, buffer, first + steps * STEP_BYTES, end)
  return ~crc >>> 0
}

function ofBytes(before: number, buffer: Uint8Array, start: number, end: number): number {
  let crc = before
  for (let at = start; at < end; at++)
    crc = (crc >>> 8) ^ (t0[(crc ^ (buffer[at] as number)) & 0xff] as number)
  return crc
}
