/** CRC-32C (Castagnoli), the checksum of record batches: eight bytes a step with eight tables. */

const POLYNOMIAL = 0x82f6_3b78

const tables = Array.from({ length: 8 }, () => new Int32Array(256)) as [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
]
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  tables[0][byte] = crc
}
for (let byte = 0; byte < 256; byte++) {
  for (let step = 1; step < 8; step++) {
    const before = (tables[step - 1] as Int32Array)[byte] as number
    ;(tables[step] as Int32Array)[byte] = (before >>> 8) ^ (tables[0][before & 0xff] as number)
  }
}
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables

/** Of the bytes from `start` up to, not including, `end`, as an unsigned number. */
export function crc32c(buffer: Uint8Array, start = 0, end = buffer.length): number {
  let crc = -1
  let at = start
  for (; at + 8 <= end; at += 8) {
    const low =
      crc ^
      (((buffer[at] as number) |
        ((buffer[at + 1] as number) << 8) |
        ((buffer[at + 2] as number) << 16) |
        ((buffer[at + 3] as number) << 24)) as number)
    crc =
      (t7[low & 0xff] as number) ^
      (t6[(low >>> 8) & 0xff] as number) ^
      (t5[(low >>> 16) & 0xff] as number) ^
      (t4[low >>> 24] as number) ^
      (t3[buffer[at + 4] as number] as number) ^
      (t2[buffer[at + 5] as number] as number) ^
      (t1[buffer[at + 6] as number] as number) ^
      (t0[buffer[at + 7] as number] as number)
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (buffer[at] as number)) & 0xff] as number)
  return ~crc >>> 0
}
